"""How devices with quirks write native readings: their times, numbers, objects and text."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from simulators.native import Reading, encode, iso, seconds

# Factor from seconds.
UNITS: Final = {"epoch-s": 1, "epoch-us": 10**6, "epoch-ns": 10**9}
COUNTERS: Final = frozenset({"counter-256", "counter-65536", "counter-anew", "counter-zero"})
ANEW_AFTER: Final = 300  # numbers, of the counter that begins anew
# Start of the counters when the device is switched on: soon at their end.
FIRST: Final = {"counter-256": 200, "counter-65536": 65_400}
MODULUS: Final = {"counter-256": 256, "counter-65536": 65_536}
SPOIL_EVERY: Final = 4  # messages
ODD_BATTERY: Final = 87.5


class Dialect:
    """`payloads` encodes a batch: mostly as one message, sometimes as more.

    quirks   names; those that do not concern native payloads are ignored
    """

    def __init__(self, quirks: frozenset[str]) -> None:
        self._quirks = quirks
        self._unit = next((UNITS[name] for name in UNITS if name in quirks), None)
        self._counter = next(iter(sorted(COUNTERS & quirks)), "")
        self._sent = 0

    @property
    def forgets(self) -> bool:
        """Its numbers, if any, do not identify readings for good: it keeps no sent reading."""
        return bool(self._counter) or self._splits

    @property
    def _splits(self) -> bool:
        return bool(self._quirks & {"split-pressure", "split-pressure-untimed"})

    def payloads(self, readings: Iterable[Reading], sent: float) -> list[bytes]:
        """Encode readings. sent: the device's clock, epoch seconds."""
        written = [self._written(reading, sent) for reading in readings]
        if self._splits:
            return [encode([part]) for reading in written for part in self._split(reading)]
        self._sent += 1
        if "bad-batch" in self._quirks and self._sent % SPOIL_EVERY == 0:
            return [spoiled(written, self._sent // SPOIL_EVERY)]
        return [encode(written)]

    def _written(self, reading: Reading, sent: float) -> Reading:
        told = dict(reading)
        if "no-sent" not in self._quirks:
            told["sent"] = iso(sent)
        if self._counter:
            told.pop("boot", None)
            told["seq"] = numbered(self._counter, _whole(reading["seq"]))
        if self._unit is not None:
            for key in ("t", "sent"):
                if key in told:
                    told[key] = round(seconds(str(told[key])) * 1000) * self._unit // 1000
        if "pulse-zero" in self._quirks and "pulse" in told:
            told["pulse"] = 0
        return told

    def _split(self, reading: Reading) -> list[Reading]:
        if "sbp" not in reading or "dbp" not in reading:
            return [reading]
        kept = {"unit"} if "split-pressure-untimed" in self._quirks else {"unit", "t", "sent"}
        common = {key: value for key, value in reading.items() if key in kept}
        return [{**common, vital: reading[vital]} for vital in ("sbp", "dbp")]


def numbered(counter: str, seq: int) -> int:
    """Return the number that such a counter gives to its `seq`th reading."""
    if counter == "counter-zero":
        return 0
    if counter == "counter-anew":
        return (seq - 1) % ANEW_AFTER
    return (FIRST[counter] + seq - 1) % MODULUS[counter]


# --- batches with one bad object --------------------------------------------------------------


def _bare_nan(objects: list[bytes]) -> bytes:
    return b"[" + b",".join([objects[0], b'{"hr":nan}', *objects[1:]]) + b"]"


def _wrong_type(objects: list[bytes]) -> bytes:
    return b"[" + b",".join([*objects[:-1], b'{"hr":"seventy"}', objects[-1]]) + b"]"


def _trailing_comma(objects: list[bytes]) -> bytes:
    return b"[" + b",".join(objects) + b",]"


def _cut_end(objects: list[bytes]) -> bytes:
    """Its last object is cut in the middle, as by a buffer that was too small."""
    return b"[" + b",".join([*objects, objects[-1][: len(objects[-1]) // 2]])


SPOILS: Final[tuple[Callable[[list[bytes]], bytes], ...]] = (
    _bare_nan, _wrong_type, _trailing_comma, _cut_end,
)  # fmt: skip


def spoiled(readings: list[Reading], turn: int) -> bytes:
    """Return the readings intact, with one broken object beside them; kinds take turns."""
    return SPOILS[turn % len(SPOILS)]([msgspec.json.encode(reading) for reading in readings])


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
