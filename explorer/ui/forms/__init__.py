"""From declared parameters to editors, and back to parameters."""
