"""Access control: the request guard, sign-ins, roles, turns, and the audit of reads."""
