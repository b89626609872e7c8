"""Corrections of the record: of a fact, a dose or a typed reading, without overwriting."""
