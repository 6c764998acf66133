"""The torch half of the lab of attention."""
