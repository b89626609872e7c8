"""What the service needs of a broker's client, in its own words."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from msgspec import Struct


class AckToken(NamedTuple):
    """Which message to acknowledge: the connection that brought it, its packet id, its QoS."""

    generation: int
    packet_id: int
    qos: int


class Arrival(Struct, frozen=True, gc=False):
    """One message. `retained`: the broker kept it for us, so it is history and not life.

    read_at   when its last byte was read from the socket, by the port's steady clock
    """

    topic: str
    payload: bytes
    retained: bool
    token: AckToken
    read_at: float = 0.0


class Canary(Struct, frozen=True):
    """A test message of our own goes round through the broker: connected is not yet hearing.

    topic       nobody else's, and matched by none of the filters
    patience_s  not back after so long: the connection is deaf, and is made anew
    """

    topic: str
    every_s: float = 1.0
    patience_s: float = 6.0


class MqttPort(Protocol):
    """What the service needs of a broker's client."""

    @property
    def connected(self) -> bool:
        """Connected, and every filter granted."""
        ...

    async def run(self) -> None:
        """Stay connected, for ever; cancel it to disconnect."""
        ...

    def ack(self, token: AckToken) -> None: ...

    def ack_many(self, tokens: Iterable[AckToken]) -> None: ...

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        keep: bool | None = None,
    ) -> None: ...
