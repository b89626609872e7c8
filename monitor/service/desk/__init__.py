"""The requests of people through the web."""
