"""What is asked of the database, one file a subject."""
