"""A transient elevation as a record: onset, peak, time beyond the limit, return.

Drawing begins with the first reading beyond a limit; it becomes an episode when the condition
holds, and is dropped when it does not. Only readings end it: missing data never does.
"""

from typing import Final

import msgspec
from msgspec import Struct

from monitor.core.events import Episode, EpisodeChanged

# Between continuous readings farther apart than this nothing is known, so nothing is added.
HOLE_S: Final = 30.0


class Drawing(Struct):
    """An elevation in the making; `episode.number` is 0 until the condition holds."""

    episode: Episode
    last_at: float
    last_value: float


class EpisodeBook(Struct):
    """The elevations of one encounter, at most one open per vital sign."""

    count: int = 0
    open: dict[str, Drawing] = {}

    def observe(
        self,
        vital: str,
        value: float,
        effective: float,
        limit: float | None,
        baseline: float | None,
    ) -> None:
        """One believed reading. limit: the lowest one crossed now; None: no crossing."""
        drawing = self.open.get(vital)
        if drawing is None:
            if limit is not None:
                record = Episode(
                    number=0, vital=vital, onset=effective, peak_at=effective, peak=value,
                    limit=limit, baseline=baseline,
                )  # fmt: skip
                self.open[vital] = Drawing(record, effective, value)
            return
        _extend(drawing, value, effective)

    def settle(self, vital: str, at: float, *, holds: bool, pending: bool) -> list[EpisodeChanged]:
        """After the conditions were judged: open, keep, end or drop the drawing."""
        drawing = self.open.get(vital)
        if drawing is None:
            return []
        if holds:
            if drawing.episode.number:
                return []
            self.count += 1
            drawing.episode.number = self.count
            return [_changed(drawing, at)]
        if pending:
            return []
        del self.open[vital]
        if not drawing.episode.number:
            return []
        drawing.episode.end = drawing.last_at
        return [_changed(drawing, at)]

    def standing(self) -> list[Episode]:
        return [d.episode for d in self.open.values() if d.episode.number]


def _changed(drawing: Drawing, at: float) -> EpisodeChanged:
    return EpisodeChanged(at=at, episode=msgspec.structs.replace(drawing.episode))


def _extend(drawing: Drawing, value: float, effective: float) -> None:
    record = drawing.episode
    if value > record.peak:
        record.peak, record.peak_at = value, effective
    step = effective - drawing.last_at
    if record.vital != "hr" or step <= HOLE_S:
        before, after = drawing.last_value - record.limit, value - record.limit
        record.over_s += step * _share_over(before, after)
        record.area += step * _mean_over(before, after)
    drawing.last_at, drawing.last_value = effective, value


def _share_over(before: float, after: float) -> float:
    """The part of a straight line from `before` to `after` that lies above zero."""
    if before >= 0 and after >= 0:
        return 1.0
    if before < 0 and after < 0:
        return 0.0
    return max(before, after) / abs(after - before)


def _mean_over(before: float, after: float) -> float:
    """The mean of the positive part of that line."""
    if before >= 0 and after >= 0:
        return (before + after) / 2
    return max(before, after, 0.0) / 2 * _share_over(before, after)
