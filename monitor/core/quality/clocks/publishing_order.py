"""The order in which a device published its messages, by number, as evidence about its clock.

A message that was lost on its way is delivered again, after newer ones. It was sent by the clock of
its own time, which may have been set since, and it is no evidence about the present one.
"""

from typing import Final

from msgspec import Struct

from monitor.core.quality.clocks.clock_evidence import APART_S, WITNESSES, ClockMessage

KEPT: Final = 16


class Era(Struct):
    """The offset from this number of a boot on. None: it was never known.

    after   the newest number of the boot by then: numbers between the two may be of either era
    """

    boot: str
    began: int
    offset: float | None
    after: int | None = None


class Order(Struct):
    """The messages that one device published, as far as they show which one is newer.

    issued, told, boot, seq   of the newest message in order; `first`: the lowest number of its boot
    eras      of numbered messages: the recent offsets, the present one last
    boots     the boots before this one: the newest number of each
    overtaken run of messages that came after newer ones; `overtaken_seq`: the number of the
              newest of them, `overtaken_since`: receipt of the first
    """

    issued: float = 0.0
    told: float | None = None
    boot: str = ""
    seq: int | None = None
    first: int = 0
    eras: list[Era] = []
    boots: dict[str, int] = {}
    overtaken: int = 0
    overtaken_seq: int = 0
    overtaken_since: float = 0.0

    @property
    def begun(self) -> bool:
        return self.told is not None

    def advanced(self, message: ClockMessage) -> float:
        """Return by how much the device's clock advanced since the newest message."""
        assert self.told is not None
        return message.told - self.told

    def faster(self, message: ClockMessage) -> bool:
        """Return whether it was received much closer to the newest one than it was sent."""
        return message.issued - self.issued < self.advanced(message) / 2

    def certain(self, message: ClockMessage) -> bool:
        """Return whether, by its number, it was certainly published after the newest one."""
        seq = message.seq
        if seq is None or self.told is None:
            return False
        if message.boot != self.boot:
            return message.boot not in self.boots
        return self.seq is not None and seq > self.seq

    def came_before(self, message: ClockMessage) -> Era | None:
        """Return the era of a message that is delivered after newer ones; None: it is in order."""
        seq, told = message.seq, self.told
        if seq is None or told is None:
            return None
        present = message.boot == self.boot
        newest = self.seq if present else self.boots.get(message.boot)
        if newest is None or seq > newest or (present and not self.first <= seq < newest):
            return None
        if self._goes_on(message):
            return None
        eras = [era for era in self.eras if era.boot == message.boot]
        at = next((n for n in reversed(range(len(eras))) if eras[n].began <= seq), None)
        if at is None:
            return Era(message.boot, seq, None)
        if present and at == len(eras) - 1:
            # Sent after the newest, and its number is lower: the counter restarted.
            return None if message.told > told else eras[at]
        after = eras[at + 1].after if at + 1 < len(eras) else None
        return eras[at] if after is None or seq <= after else Era(message.boot, seq, None)

    def _goes_on(self, message: ClockMessage) -> bool:
        """Return whether only old numbers come, upwards and for long: these are the present."""
        assert message.seq is not None
        if self.issued > self.overtaken_since or message.seq < self.overtaken_seq:
            self.overtaken, self.overtaken_since = 0, message.issued
        self.overtaken_seq = message.seq
        self.overtaken += 1
        return self.overtaken > WITNESSES and message.issued - self.overtaken_since >= APART_S

    def restarted(self, message: ClockMessage, offset: float | None) -> bool:
        """Return whether it begins another boot. Numbers are of the new one from here on."""
        if message.boot == self.boot:
            return False
        if self.seq is not None:
            self.boots.pop(self.boot, None)
            self.boots[self.boot] = self.seq
            if len(self.boots) > KEPT:
                del self.boots[next(iter(self.boots))]
        self.boot, self.seq = message.boot, None
        if not self.begun:
            return False
        self.note(message.boot, message.seq, offset)
        return True

    def note(self, boot: str, began: int | None, offset: float | None) -> None:
        """Record that from this number on the device's clock has this offset."""
        if began is not None:
            self.eras.append(Era(boot, began, offset, self.seq))
            del self.eras[:-KEPT]

    def follow(self, message: ClockMessage, offset: float | None) -> None:
        """Record the newest message in order."""
        seq = message.seq
        if seq is not None:
            if self.seq is None or seq < self.seq:
                self.first = seq
                self.note(message.boot, seq, offset)
            self.seq = seq
        self.issued, self.told = message.issued, message.told
