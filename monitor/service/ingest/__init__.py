"""From a message of the broker to a decision, and back to the device once it is on disk."""
