"""What an attacker is given. It knows no more than a client with these credentials would."""

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Final

from msgspec import Struct

# A source address of its own, so that what is held against it is not held against the page.
ELSEWHERE: Final = "127.0.0.2"

STRAPS: Final = 320
IN_A_SESSION: Final = 32  # as many devices as it takes

Going = Callable[[], bool]
Did = dict[str, int]


class Device(Struct, frozen=True):
    """password: None where the broker asks for none."""

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
    """http, mqtt: ports on loopback

    device     the attacker's own, with an open session
    encounter  that session
    victim     the readings topic of somebody else's device
    straps     devices of open sessions, which come back together
    token      of a signed-in viewer, whose name and password these are
    client_id  what the service calls itself at the broker, or what the attacker takes it to be
    ahead      s for which an attack at a pace has gone on already: a short trial begins in its
               middle
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
