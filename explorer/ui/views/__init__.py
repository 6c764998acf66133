"""Dumb pictures drawn with QPainter: setters in, signals out, no knowledge of any lab."""
