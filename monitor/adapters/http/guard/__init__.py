"""Who may pass: the wall, sign-ins, roles, turns, and the trail that reading leaves."""
