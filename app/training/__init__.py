"""Requests of networks: what they mean to the engine, and its answers in all forms."""
