"""Torch modules and pure step functions."""
