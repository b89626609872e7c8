"""What people ask for through the web."""
