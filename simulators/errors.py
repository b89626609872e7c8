"""Errors by whose fault they are; the exit status follows from that.

Exception
  WrongUse    the caller's: wrong option, wrong file, wrong speed      exit status 2
  Failed      the world's: no broker, a service that refuses           exit status 1
"""


class WrongUse(Exception):
    """The request is impossible; the message is one clear line."""


class Failed(Exception):
    """The request was sensible and failed; the message is one clear line."""
