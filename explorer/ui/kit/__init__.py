"""Small designed widgets: dumb, themed, and usable from the keyboard alone."""
