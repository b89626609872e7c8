"""Detection of readings that came before: by number, by time, by content."""
