"""A believed value becomes a condition: limits in force, crossings, phases, a dose's course."""
