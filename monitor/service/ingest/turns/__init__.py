"""Fair turns between devices, and what one of them may send."""
