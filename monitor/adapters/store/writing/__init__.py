"""The one thread that writes: entries into rows, a group a transaction."""
