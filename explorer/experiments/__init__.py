"""The torch half of each lab."""
