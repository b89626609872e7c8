"""The open sessions: their inputs, their deadlines, and the publication of their status."""
