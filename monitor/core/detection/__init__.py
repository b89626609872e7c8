"""From believed values to conditions: limits in force, crossings, phases, a dose's course."""
