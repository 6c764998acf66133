"""The only threads: the worker and the pump."""
