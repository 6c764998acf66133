"""Contracts and the engine: standard library and numpy only."""
