"""Straps that a gateway reads as bytes, each second; undelivered messages are not kept."""

import base64
from collections.abc import Iterator
from typing import Final

from simulators.body import Body
from simulators.devices import Message, Strap, Unit
from simulators.gatt import heart_rate
from simulators.native import Reading

RATE: Final = "readings/gatt-2a37"
ON_THE_TABLE: Final = 68
FREEZES_AFTER: Final = 300  # rates sent
JITTER_MS: Final = 18.0  # between neighbouring beats


class RawStrap(Strap):
    """Sends 0x2A37 each second."""

    # A gateway passes on each notification as it comes.
    continuous = False

    def __init__(self, unit: Unit, body: Body) -> None:
        super().__init__(unit, body)
        self._radio: list[bytes] = []
        self._rate = ON_THE_TABLE

    def _record(self, content: Reading, at: float) -> None:
        self._measured += 1
        rate, living = self._told(content), _int(content["hr"])
        self._radio.append(heart_rate(rate, self._contact(content), tuple(self._intervals(living))))

    def _contact(self, content: Reading) -> bool | None:
        if "frozen" in self.unit.quirks:
            return None
        return content["contact"] is True and "contact-wrong" not in self.unit.quirks

    def _told(self, content: Reading) -> int:
        """Return the rate that it sends; the heart's true rate is in `content`."""
        quirks = self.unit.quirks
        if "frozen" in quirks:
            return ON_THE_TABLE
        if "freezes" not in quirks or self._measured <= FREEZES_AFTER:
            self._rate = _int(content["hr"])
        return round(self._rate / 2) if "rr-contradicting" in quirks else self._rate

    def _intervals(self, rate: int) -> Iterator[float]:
        """Yield the intervals that ended within the last second, ms."""
        if not rate or not self.unit.quirks & {"rr-living", "rr-contradicting"}:
            return
        before = int((self._measured - 1) * rate / 60)
        for _ in range(before, int(self._measured * rate / 60)):
            yield 60_000 / rate + float(self.rng.normal(0, JITTER_MS))

    def _flush(self, now: float) -> list[Message]:
        sent, self._radio = self._radio, []
        return [Message(RATE, self._handed_on(payload)) for payload in sent]

    def _handed_on(self, payload: bytes) -> bytes:
        """Return the bytes as its gateway encodes them."""
        quirks = self.unit.quirks
        if "hex-text" in quirks:
            return payload.hex().encode()
        if "base64-text" in quirks:
            return base64.b64encode(payload)
        if "comma-text" in quirks:
            return ",".join(map(str, payload)).encode()
        return payload

    def disconnected(self) -> None:
        super().disconnected()
        self._radio = []


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
