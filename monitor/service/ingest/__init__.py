"""From a broker message to a decision, and the confirmation to the device once it is on disk."""
