"""How devices and their networks fail, as data."""

from typing import Final, Literal

from msgspec import Struct

FaultKind = Literal[
    "silent",  # no measurements, no messages, stays connected
    "offline",  # no network: its last will is published; it continues to measure into its buffer
    "artefact",  # movement: false rates in between; a cuff reports movement and is far off
    "no_contact",  # the strap has lost the skin: rate 0
    "loose",  # the cuff cannot measure and reports that it is loose
    "garbage",  # undecodable or absurd messages in between
    "clock",  # its clock is `size` seconds ahead
    "restart",  # at the beginning of the window it restarts: new boot, buffer gone
    "duplicate",  # every message twice
    "shuffled",  # batches newest first
]


class Window(Struct, frozen=True):
    """A fault of one device from `begins` to `ends`, virtual epoch seconds."""

    kind: FaultKind
    begins: float
    ends: float
    size: float = 0.0

    def covers(self, now: float) -> bool:
        return self.begins <= now < self.ends


# Each breaks one promise of the format. No message may stop the receiver, which keeps each with a
# reason; the next good reading counts.
GARBAGE: Final[tuple[bytes, ...]] = (
    b"\xff\xfe\x00strap",
    b'{"seq": 1',
    b"null",
    b"[1, [2, [3]]]",
    b'{"hr": "fast", "contact": true}',
    b'{"hr": NaN}',
    b'{"hr": 71, "t": "yesterday"}',
    b'{"hr": 71, "t": "2017-01-01T00:00:00Z"}',
    b'{"hr": 71, "t": "2199-01-01T00:00:00Z"}',
    b'{"sbp": 78, "dbp": 121}',
    b'{"hr": 0}',
    b'{"sbp": 17.1, "dbp": 10.7, "unit": "furlong"}',
    b'{"note": "' + b"x" * 70_000 + b'"}',
)
GARBAGE_EVERY: Final = 20  # measurements of a strap
