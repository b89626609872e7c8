"""A turnstile before a broker: limits the rate at which each client, and all together, are read.

A broker reads every connection as fast as it can and keeps the messages that the service has not
taken yet in one queue. One client at line rate fills that queue in a second; then the broker drops
messages of any client. Messages that wait before the turnstile wait in the sender's own socket, and
delay only that sender. Accounts of the service itself have no limit.
"""

from monitor.adapters.broker.turnstile.listener import UNKNOWN, Turnstile
from monitor.adapters.broker.turnstile.pace import Pace

__all__ = ["UNKNOWN", "Pace", "Turnstile"]
