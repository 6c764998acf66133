"""Every picture leaves the app: as PNG, SVG, PDF, CSV, NPZ or GIF, through the clipboard, or dragged out."""
