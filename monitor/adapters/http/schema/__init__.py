"""What requests may say and how answers look."""
