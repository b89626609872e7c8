"""Which readings came before: a redelivered one must not be stored, or believed, twice.

The key of a reading is device, boot, seq. A device that tells no boot and repeats a number with
other content has restarted: its readings get a boot of our own making ("~2", "~3"). Without seq
the measurement time is the key; without both every delivery counts.
"""

from typing import Final
from zlib import crc32

import msgspec
from msgspec import Struct

from monitor.core.vitals import Observation

# More than a broker may have on its way unconfirmed (1,000): all of it comes again after a restart.
REMEMBERED: Final = 1100
RANGES_REMEMBERED: Final = 512
BOOTS_REMEMBERED: Final = 4

_encode: Final = msgspec.json.Encoder().encode


class Boot(Struct):
    """Numbers received since one start of a device, as closed ranges, ascending.

    prints: the newest numbers -> fingerprint of their content. newest: latest device time seen.
    """

    ranges: list[list[int]] = []
    prints: dict[int, int] = {}
    newest: float | None = None

    def has(self, seq: int) -> bool:
        for low, high in reversed(self.ranges):  # nearly always it is beyond the last
            if seq >= low:
                return seq <= high
        return False

    def add(self, seq: int) -> None:
        ranges = self.ranges
        if ranges and seq == ranges[-1][1] + 1:
            ranges[-1][1] = seq
            return
        ranges.append([seq, seq])
        if len(ranges) > RANGES_REMEMBERED:
            # So long ago that the store will know it by its key, should it come again.
            del ranges[0]
        if len(ranges) < 2 or ranges[-2][1] < seq:
            return
        ranges.sort()
        merged = [ranges[0]]
        for low, high in ranges[1:]:
            if low <= merged[-1][1] + 1:
                merged[-1][1] = max(merged[-1][1], high)
            else:
                merged.append([low, high])
        self.ranges = merged


class Arrivals(Struct):
    """What one device has sent in this encounter.

    times: "measurement time, vital sign" of the newest readings that had no number.
    """

    boots: dict[str, Boot] = {}
    present: str = ""
    restarts: int = 1
    times: dict[str, bool] = {}

    def admit(self, observation: Observation) -> tuple[str, Observation | None]:
        """The boot to file it under, and what of it is new (None: nothing). Remembers it."""
        if observation.seq is None:
            return observation.boot, self._admit_by_time(observation)
        name = observation.boot or self.present
        boot = self.boots.get(name)
        if not observation.boot and self._came_before_restart(observation, boot):
            return name, None
        if boot is not None and boot.has(observation.seq):
            if observation.boot or not _restarted(boot, observation):
                return name, None
            self.restarts += 1
            name, boot = f"~{self.restarts}", None
        if boot is None:
            if len(self.boots) >= BOOTS_REMEMBERED:
                del self.boots[next(iter(self.boots))]
            boot = self.boots[name] = Boot()
        if not observation.boot:
            self.present = name
        self._remember(boot, observation)
        return name, observation

    def _came_before_restart(self, observation: Observation, present: Boot | None) -> bool:
        """Is it of an earlier boot of a device that tells none, delivered once more?"""
        if len(self.boots) < 2 or observation.effective is None:
            return False
        seq = observation.seq
        assert seq is not None
        earlier = [
            boot for boot in self.boots.values() if boot is not present and seq in boot.prints
        ]
        return bool(earlier) and fingerprint(observation) in [b.prints[seq] for b in earlier]

    def _admit_by_time(self, observation: Observation) -> Observation | None:
        if observation.effective is None or not observation.values:
            return observation
        keys = {vital: f"{observation.effective:.3f} {vital}" for vital in observation.values}
        new = {v: observation.values[v] for v, key in keys.items() if key not in self.times}
        for vital in new:
            self.times[keys[vital]] = True
        while len(self.times) > REMEMBERED:
            del self.times[next(iter(self.times))]
        if not new:
            return None
        whole = len(new) == len(keys)
        return observation if whole else msgspec.structs.replace(observation, values=new)

    @staticmethod
    def _remember(boot: Boot, observation: Observation) -> None:
        assert observation.seq is not None
        boot.add(observation.seq)
        boot.prints[observation.seq] = fingerprint(observation)
        if len(boot.prints) > REMEMBERED:
            del boot.prints[next(iter(boot.prints))]
        if observation.effective is not None:
            newest = boot.newest
            if newest is None or observation.effective > newest:
                boot.newest = observation.effective


def fingerprint(observation: Observation) -> int:
    """A number that is the same for the same content, whenever it arrives."""
    content = (sorted(observation.values.items()), observation.effective, observation.flags)
    return crc32(_encode(content))


def _restarted(boot: Boot, observation: Observation) -> bool:
    """A number came again from a device that tells no boot: is it other content?"""
    assert observation.seq is not None
    known = boot.prints.get(observation.seq)
    if known is not None:
        return known != fingerprint(observation)
    # Too old to remember its content. Storing it twice beats losing it.
    if observation.effective is None or boot.newest is None:
        return True
    return observation.effective > boot.newest
