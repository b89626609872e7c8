"""Which readings came before: by number, by time, by content."""
