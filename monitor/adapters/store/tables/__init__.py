"""The content of the database: its tables, the records written to them, and the store's errors."""
