"""Acts of people, one file each. A refused act does not change the state."""
