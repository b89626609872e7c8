"""Acts of people, each a function by the name of the act. A refused act changes no state."""
