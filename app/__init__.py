"""The server: HTTP in front of the engine, and the command line."""
