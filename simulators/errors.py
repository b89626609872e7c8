"""What can go wrong, by whose fault it is; the exit status follows from that.

Exception
  WrongUse    the caller's: wrong option, wrong file, wrong speed      exit status 2
  Failed      the world's: no broker, a service that refuses           exit status 1
"""


class WrongUse(Exception):
    """Asked for something that cannot be; the message is one clear line."""


class Failed(Exception):
    """Asked for something sensible that did not work out; the message is one clear line."""
