"""Limits on a connection before any sign-in: sockets, heads, bodies, frames, host names."""
