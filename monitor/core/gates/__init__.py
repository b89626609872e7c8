"""Gates: the conditions for a dose, for a second one, and for ending a session."""
