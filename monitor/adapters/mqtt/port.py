"""The interface of the MQTT client that the service needs, without a library's terms."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from msgspec import Struct


class AckToken(NamedTuple):
    """The message to acknowledge: the connection that brought it, its packet id, its QoS."""

    generation: int
    packet_id: int
    qos: int


class Arrival(Struct, frozen=True, gc=False):
    """One message. `retained`: the broker had stored it, so it is history and not live.

    read_at   when its last byte was read from the socket, by the port's monotonic clock
    """

    topic: str
    payload: bytes
    retained: bool
    token: AckToken
    read_at: float = 0.0


class Canary(Struct, frozen=True):
    """A test message that we send to ourselves through the broker.

    Being connected does not prove that messages arrive.

    topic       used by no other client, and matched by no filter
    patience_s  if it is not back after this time, the connection is dead, and is made anew
    """

    topic: str
    every_s: float = 1.0
    patience_s: float = 6.0


class MqttPort(Protocol):
    """The MQTT client that the service needs."""

    @property
    def connected(self) -> bool:
        """Whether the client is connected and every filter is granted."""
        ...

    async def run(self) -> None:
        """Stay connected for ever; cancel it to disconnect."""
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
