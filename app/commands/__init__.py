"""What the command `fallline` does, one file each."""
