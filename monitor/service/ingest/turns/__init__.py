"""Fair turns between devices, and the limits of one device."""
