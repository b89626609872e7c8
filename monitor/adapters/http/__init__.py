"""The HTTP interface of the service: the API routes, the live WebSocket and the page's files.

`create_app` joins the parts, `serve` runs them; `Hub.run` and `watch_sign_ins` run beside it. The
routes reach the running sessions through the protocol `Desk` in `ports.desk`.
"""

from monitor.adapters.http.app import create_app
from monitor.adapters.http.doors.doors import Caps, Doors
from monitor.adapters.http.errors import Conflict, Invalid, Unavailable, Unknown
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.http.guard.passwords.passwords import Passwords
from monitor.adapters.http.guard.sign_ins import SignIns
from monitor.adapters.http.listings import Records
from monitor.adapters.http.ports.desk import Desk, DoseRequest, OpenEncounterRequest, Part
from monitor.adapters.http.routes.live import watch_sign_ins
from monitor.adapters.http.server import Occupied, listen, serve

__all__ = [
    "Accounts",
    "Caps",
    "Conflict",
    "Desk",
    "Doors",
    "DoseRequest",
    "Invalid",
    "Occupied",
    "OpenEncounterRequest",
    "Part",
    "Passwords",
    "Records",
    "SignIns",
    "Unavailable",
    "Unknown",
    "create_app",
    "listen",
    "serve",
    "watch_sign_ins",
]
