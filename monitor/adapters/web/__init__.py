"""The service's face over HTTP: the contract's routes, the live WebSocket and the page's files.

`create_app` joins the parts, `serve` runs them; beside it run `Hub.run` and `watch_sessions`. What
the routes ask of the running sessions is the protocol in `desk`.
"""

from monitor.adapters.web.accounts import Accounts
from monitor.adapters.web.app import create_app
from monitor.adapters.web.desk import Desk, DoseGiven, Opening, Part
from monitor.adapters.web.doors import Caps, Doors
from monitor.adapters.web.errors import Conflict, Invalid, Unavailable, Unknown
from monitor.adapters.web.passwords import Passwords
from monitor.adapters.web.records import Records
from monitor.adapters.web.server import Occupied, listen, serve
from monitor.adapters.web.sessions import Sessions
from monitor.adapters.web.socket import watch_sessions

__all__ = [
    "Accounts",
    "Caps",
    "Conflict",
    "Desk",
    "Doors",
    "DoseGiven",
    "Invalid",
    "Occupied",
    "Opening",
    "Part",
    "Passwords",
    "Records",
    "Sessions",
    "Unavailable",
    "Unknown",
    "create_app",
    "listen",
    "serve",
    "watch_sessions",
]
