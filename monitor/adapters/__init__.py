"""What touches the world: brokers, databases, browsers, and the channels of notices."""
