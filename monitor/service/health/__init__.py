"""Whether everything works, and who is told when not."""
