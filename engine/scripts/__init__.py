"""Runs as scripts for PyTorch, which find the same numbers."""
