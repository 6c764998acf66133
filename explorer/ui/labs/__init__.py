"""The Qt half of each lab."""
