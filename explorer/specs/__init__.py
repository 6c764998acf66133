"""What the two halves of each lab agree on."""
