"""Panels that every lab has."""
