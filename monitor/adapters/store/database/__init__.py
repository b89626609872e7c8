"""Which database, of which version, who has claimed it, and copies of it."""
