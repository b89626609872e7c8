"""Detect repeats among readings that have no number and no time of their own.

Rates and temperatures repeat, so every delivery of those counts. But a cuff cannot measure twice
within `CUFF_S`: the same pressure so soon is the same measurement, and must not confirm itself. A
cuff's own record is known by its stamp at any distance, unless the cuff's clock is stopped: then
its stamps are no evidence, neither here nor for `cuff_memory`.
"""

from itertools import islice
from typing import Final
from zlib import crc32

import msgspec
from msgspec import Struct

from monitor.core.quality.plausibility import judge
from monitor.core.vocabulary.vitals import PRESSURES, Observation

CUFF_S: Final = 25.0
# Other content under one stamp after this time: the clock is stopped. A clock of whole minutes
# moves on within 60 s; the rest allows for the transmission.
STILL_S: Final = 65.0
STAMPS_REMEMBERED: Final = 512  # cuffs keep up to 240 and hand all of them over at each connection
RECORDS_OF_ONE_STAMP: Final = 16
# Pressures within `CUFF_S`, the time in which a cuff makes one. If a device sends more than these,
# a pressure that is sent twice may be taken for two, which still do not confirm each other: they
# are too close together.
LATELY_REMEMBERED: Final = 512
_FORGOTTEN_AT_ONCE: Final = 4

_encode: Final = msgspec.json.Encoder().encode


class Contents(Struct, omit_defaults=True):
    """The recent pressures and records of one device.

    recent     fingerprint of a pressure -> its latest receipt, the newest last
    stamped    stamp of a cuff's record -> fingerprint -> first receipt
    still      the stamp at which the cuff's clock is stopped; "": it runs, as far as is known
    """

    recent: dict[int, float] = {}
    stamped: dict[str, dict[int, float]] = {}
    still: str = ""

    def had(self, observation: Observation) -> bool:
        """Return whether its pressures came before, and remember them.

        For a record, or for a reading without number and time. Other vital signs do not count.
        """
        values = {v: value for v, value in observation.values.items() if v in PRESSURES}
        if not values:
            return False
        found = judge(observation)
        if all(found[vital][0] == "rejected" for vital in values):
            return False  # it confirms no other, and each is on the record
        content = (sorted(values.items()), observation.pulse, observation.flags)
        rest = (observation.failed, observation.user)
        fingerprint = crc32(_encode((content, rest)))
        stamp = _stamp(observation)
        if not stamp or self._stands_still(stamp, fingerprint, observation.issued):
            return self._lately(fingerprint, observation.issued)
        known = self.stamped.setdefault(stamp, {})
        if fingerprint in known:
            return True
        known[fingerprint] = observation.issued
        _bound(known, RECORDS_OF_ONE_STAMP)
        _bound(self.stamped, STAMPS_REMEMBERED)
        return False

    def stamp(self, observation: Observation) -> float | None:
        """Return the stamp of the newest record, if the cuff's clock runs."""
        return None if self.still and _stamp(observation) == self.still else observation.stamp

    def _lately(self, fingerprint: int, now: float) -> bool:
        # Counted from one delivery to the next, so that a pressure sent every 20 s is not new
        # either.
        before = self.recent.pop(fingerprint, None)
        self.recent[fingerprint] = now
        for known in list(islice(self.recent, _FORGOTTEN_AT_ONCE)):
            if now - self.recent[known] > CUFF_S:
                del self.recent[known]
        _bound(self.recent, LATELY_REMEMBERED)
        return before is not None and now - before <= CUFF_S

    def _stands_still(self, stamp: str, fingerprint: int, now: float) -> bool:
        known = self.stamped.get(stamp)
        if known and fingerprint not in known and now - min(known.values()) > STILL_S:
            self.still = stamp
        elif stamp != self.still:
            self.still = ""  # it was set, and runs by now
        return stamp == self.still


def _stamp(observation: Observation) -> str:
    """Return a mark that is the same in each delivery of this record; "": it has no mark."""
    if not observation.record:
        return ""
    if observation.stamp is not None:
        return f"{observation.stamp:.0f}"
    return "" if observation.effective is None else f"t{observation.effective:.3f}"


def _bound(known: dict[int, float] | dict[str, dict[int, float]], most: int) -> None:
    while len(known) > most:
        del known[next(iter(known))]  # type: ignore[arg-type]
