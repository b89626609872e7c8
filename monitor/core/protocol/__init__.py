"""What is wanted of a session, as data: phases, limits, schedule, baseline."""
