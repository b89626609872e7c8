"""The result of a codec: readings, the elements that it refused, or a refusal of the whole payload.

A refusal is the sender's fault and is kept for people to see, so it carries a reason and a bounded
excerpt of the payload; never the whole, since a sender of garbage may send much of it.
"""

from typing import Final

from msgspec import Struct

from monitor.core.vocabulary.vitals import Observation

MAX_PAYLOAD: Final = 65_536
MAX_EXCERPT: Final = 512


class Origin(Struct, frozen=True):
    """The device that sent a message, and how the message arrived.

    issued     when we received it (epoch seconds)
    replayed   the broker had kept it (retained), so it is history
    model      the maker's name of the device, if it was given: selects a row of `quirks`
    """

    device: str
    issued: float
    replayed: bool = False
    model: str = ""


class Undecodable(Exception):
    """No part of this payload can be read. The sender's fault.

    reason    a sentence for the operator; the sender's text in it is short and escaped
    excerpt   the first bytes of the payload, at most MAX_EXCERPT
    """

    def __init__(self, reason: str, payload: bytes) -> None:
        self.reason = reason
        self.excerpt = excerpt(payload)
        super().__init__(reason)


class Decoded(Struct):
    """The content of a payload that can be read.

    observations   by time of measurement, of receipt if the device sent no time; may be empty
    refused        reason and excerpt of each element of a batch that could not be read
    unknown_keys   keys, flag words and battery levels that have no meaning here: ignored
    """

    observations: list[Observation] = []
    refused: list[tuple[str, bytes]] = []
    unknown_keys: int = 0


def excerpt(payload: bytes) -> bytes:
    return payload[:MAX_EXCERPT]
