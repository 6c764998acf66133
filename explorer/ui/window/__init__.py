"""The parts of the window around a lab: gallery, header, docks, status line."""
