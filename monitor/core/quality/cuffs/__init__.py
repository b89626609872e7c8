"""What a cuff sends: pressures that belong together, and what comes out of its memory."""
