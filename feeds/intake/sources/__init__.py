"""Sources that exist: what each sends, read by its kind, given to the one door."""
