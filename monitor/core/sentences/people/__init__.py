"""The sentences about acts of people: reports, refusals, conditions of gates, corrections."""
