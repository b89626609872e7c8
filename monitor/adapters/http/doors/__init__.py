"""What a connection may cost before anybody signed in: sockets, heads, bodies, frames, names."""
