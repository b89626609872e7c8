"""What devices may forget: everything up to a number."""
