"""A turnstile before a broker: what clients send is read at a pace, each client's and all of it.

A broker reads every connection as fast as it can and keeps what the service has not taken yet in
one queue. One client at line rate fills that queue in a second; then the broker drops anybody's
messages. What waits before the turnstile waits in the sender's own socket, and costs only him.
Accounts of the service itself pass as they come.
"""

from monitor.adapters.broker.turnstile.listener import UNKNOWN, Turnstile
from monitor.adapters.broker.turnstile.pace import Pace

__all__ = ["UNKNOWN", "Pace", "Turnstile"]
