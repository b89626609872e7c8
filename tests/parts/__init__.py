"""Real parts for tests: a broker, a database server, a browser, recordings; no mocks.

The fixtures that provide them are in `tests/conftest.py`.
"""

from tests.parts.chromium import launched
from tests.parts.missing import missing
from tests.parts.mosquitto import Mosquitto
from tests.parts.node import node_program
from tests.parts.ports import free_port
from tests.parts.postgres import Postgres
from tests.parts.recordings import recordings
from tests.parts.waiting import wait_until, wait_until_blocking

__all__ = [
    "Mosquitto",
    "Postgres",
    "free_port",
    "launched",
    "missing",
    "node_program",
    "recordings",
    "wait_until",
    "wait_until_blocking",
]
