"""A broker of our own: Mosquitto or the one in Python, accounts, and the turnstile before it."""
