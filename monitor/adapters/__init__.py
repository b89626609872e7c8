"""The parts that touch the outside world: brokers, databases, browsers, channels of notices."""
