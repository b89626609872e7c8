"""The native format: JSON, as firmware really writes it."""
