"""What is in the database: its tables, what is written into them, and what can go wrong."""
