"""The knowledge of an attacker: no more than a client with these credentials would have."""

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Final

from msgspec import Struct

# A separate source address, so that penalties for it do not hit the page.
ELSEWHERE: Final = "127.0.0.2"

STRAPS: Final = 320
IN_A_SESSION: Final = 32  # as many devices as a session accepts

Going = Callable[[], bool]
Did = dict[str, int]


class Device(Struct, frozen=True):
    """A device's account. password: None if the broker requires no password."""

    name: str
    password: str | None
    site: str = "home"

    @property
    def account(self) -> tuple[str, str] | None:
        return None if self.password is None else (self.name, self.password)

    @property
    def topic(self) -> str:
        return f"dosing/v1/{self.site}/{self.name}/readings"


class Target(Struct, frozen=True, kw_only=True):
    """The ports, names and credentials that an attacker has.

    http, mqtt: ports on loopback

    device     the attacker's own, with an open session
    encounter  that session
    victim     the readings topic of another's device
    straps     devices of open sessions, which come back together
    token      of a signed-in viewer, with its name and password
    client_id  the service's client id at the broker, or the attacker's guess of it
    ahead      s for which an attack at a pace counts as running: a short trial begins in its middle
    """

    http: int
    mqtt: int
    device: Device
    encounter: str
    victim: str
    client_id: str
    straps: tuple[Device, ...] = ()
    token: str = ""
    name: str = ""
    password: str = ""
    ahead: float = 0.0


Hand = Callable[[Target, Going], Did]


def until_told(line: Connection) -> Going:
    return lambda: not line.poll()
