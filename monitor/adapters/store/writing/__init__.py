"""The one writer thread: it turns entries into rows, one transaction per group."""
