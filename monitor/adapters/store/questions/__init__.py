"""Queries and changes of the database, one file per subject."""
