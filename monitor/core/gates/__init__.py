"""What must hold before a dose, before a second one, and before a session ends."""
