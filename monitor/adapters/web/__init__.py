"""The service's face over HTTP: the contract's routes, the live WebSocket and the page's files.

`create_app` joins the parts, `serve` runs them. What the routes ask for is written down as
protocols in `desk` (the running sessions) and `records` (what is on disk).
"""

from monitor.adapters.web.app import create_app
from monitor.adapters.web.passwords import Passwords
from monitor.adapters.web.server import Occupied, listen, serve

__all__ = ["Occupied", "Passwords", "create_app", "listen", "serve"]
