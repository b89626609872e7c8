"""The house itself: its parts, its rules, and the files that it is built from."""
