"""Whether all parts work, whether a person watches, and the reports if not."""
