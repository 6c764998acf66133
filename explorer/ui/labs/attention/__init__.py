"""The attention lab's window half."""
