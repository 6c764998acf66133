"""The diffusion lab: its panels and what connects them."""
