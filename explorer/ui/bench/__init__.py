"""Programs that the benchmark starts, each a process with a window of its own; the last line printed is JSON."""
