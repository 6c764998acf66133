"""The benchmark: one entry per figure, each beside its own baseline in the same run."""
