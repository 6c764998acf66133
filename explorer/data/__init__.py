"""Numbers in, numbers out: the data that ships with the app and the pictures a person brings. No torch, no Qt."""
