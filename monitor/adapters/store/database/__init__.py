"""The database itself: connections, schema version, the claim of one service, and backups."""
