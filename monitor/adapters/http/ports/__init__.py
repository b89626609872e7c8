"""What the web asks of the service, which implements it."""
