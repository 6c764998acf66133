"""Tours on the screen: the card, the mark around a panel, and who plays the scenes."""
