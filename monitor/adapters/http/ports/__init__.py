"""Protocols through which the HTTP interface uses the service, which implements them."""
