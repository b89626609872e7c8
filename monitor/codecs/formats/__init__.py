"""What devices send, one file or folder a format, and what all of them answer."""
