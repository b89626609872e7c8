"""The sentences about acts of people, and about notices to them: refusals, gates, corrections."""
