"""From a decision to a notice, its attempts, and what becomes of it."""
