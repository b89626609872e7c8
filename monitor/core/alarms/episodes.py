"""A transient crossing as a record: onset, peak, time beyond the limit, end and return.

It is an elevation, or a fall where the profile of the vital sign records falls (`EpisodeRule`).

A drawing begins with the first reading beyond a limit; it becomes an episode when the condition
holds, and is dropped when the condition does not come to hold. Only readings end an episode:
missing data never does. The end is the end of the condition, at which the value may still be above
the baseline; the return is the first clean reading from then on that is near the baseline.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from monitor.core.vocabulary.events import Episode, EpisodeChanged
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.vitals import VITALS
from monitor.core.vocabulary.words import Stage

RETURNS_AWAITED: Final = 16  # per vital sign; the return of an older one is not recorded
KEPT: Final = 8  # farthest readings kept; more of one episode are not struck out


class Drawing(Struct):
    """An episode that is still open; its `number` is 0 until the condition holds.

    told     the last reported peak
    highest  its farthest readings, value and measurement time, the farthest first: one of them may
             be struck out
    """

    episode: Episode
    last_at: float
    last_value: float
    told: float = 0.0
    highest: list[tuple[float, float]] = []


class EpisodeBook(Struct):
    """The episodes of one encounter, at most one open per vital sign.

    ended   vital sign -> ended ones that have not returned to their baseline
    blind   the newest stretch without monitoring
    """

    count: int = 0
    open: dict[str, Drawing] = {}
    ended: dict[str, list[Episode]] = {}
    blind: tuple[float, float] | None = None

    def count_on(self, count: int) -> None:
        """The next episode has the number after this one."""
        self.count = count

    def renumber(self, episodes: Mapping[int, int]) -> None:
        """episodes: number -> other number."""
        records = [drawing.episode for drawing in self.open.values()]
        records += [episode for ended in self.ended.values() for episode in ended]
        for episode in records:
            episode.number = episodes.get(episode.number, episode.number)

    def unwatched(self, since: float, until: float) -> None:
        """Record that the session was not monitored from `since` to `until`, which is now."""
        self.blind = (since, until)
        for drawing in self.open.values():
            drawing.episode.unwatched_s += self._blind_from(drawing.episode.onset)

    def _blind_from(self, onset: float) -> float:
        """Return the overlap, s, of the newest blind stretch with an elevation since `onset`."""
        return 0.0 if self.blind is None else max(0.0, self.blind[1] - max(self.blind[0], onset))

    def observe(
        self,
        vital: str,
        value: float,
        effective: float,
        limit: float | None,
        baseline: float | None,
        direction: Direction = "high",
    ) -> None:
        """Take one believed reading. limit: the nearest one crossed now; None: no crossing."""
        drawing = self.open.get(vital)
        if drawing is None:
            if limit is not None:
                record = Episode(
                    number=0, vital=vital, onset=effective, peak_at=effective, peak=value,
                    limit=limit, baseline=baseline, unwatched_s=self._blind_from(effective),
                    direction=direction,
                )  # fmt: skip
                self.open[vital] = Drawing(record, effective, value, highest=[(value, effective)])
            return
        _extend(drawing, value, effective)

    def settle(
        self, vital: str, at: float, *, holds: bool, pending: bool, doses: Sequence[float] = ()
    ) -> list[EpisodeChanged]:
        """Open, keep, end or drop the drawing after the conditions were judged.

        doses: when each was taken, ascending
        """
        drawing = self.open.get(vital)
        if drawing is None:
            return []
        record = drawing.episode
        change = _change(drawing)
        record.sustained |= change == "sustained"
        record.dosed_at = None
        for taken in doses:
            if taken <= record.onset:
                record.dosed_at = taken
        if holds:
            if not record.number:
                self.count += 1
                record.number, change = self.count, "opened"
            if change is None:
                return []
            drawing.told = record.peak
            return [_changed(record, at, change)]
        if pending:
            return []
        del self.open[vital]
        if not record.number:
            return []
        record.end = drawing.last_at
        if record.baseline is not None:
            ended = self.ended.setdefault(vital, [])
            ended.append(record)
            del ended[:-RETURNS_AWAITED]
        return [_changed(record, at, "ended")]

    def settle_down(
        self, vital: str, level: float, effective: float, at: float
    ) -> list[EpisodeChanged]:
        """Take a clean reading; return the ended episodes that it shows back near their baseline.

        level: of a stream the level of its course, else the value
        """
        home: list[Episode] = []
        left: list[Episode] = []
        for record in self.ended.get(vital, []):
            near = record.baseline is not None and _near(record, level, record.baseline)
            (home if near else left).append(record)
        if not home:
            return []
        self.ended[vital] = left
        if not left:
            del self.ended[vital]
        for record in home:
            record.returned_at = effective
        return [_changed(record, at, "returned") for record in home]

    def strike(
        self, vital: str, value: float, effective: float, rest: Sequence[tuple[float, float]],
        at: float,
    ) -> list[EpisodeChanged]:  # fmt: skip
        """Remove a struck-out reading. rest: the valid ones, measurement time and value."""
        drawing = self.open.get(vital)
        if drawing is None or (drawing.episode.peak_at, drawing.episode.peak) != (effective, value):
            return []
        record = drawing.episode
        left = [row for row in drawing.highest if row != (value, effective)]
        # An older version kept no readings with a drawing: use the other known readings.
        left = left or _farthest_first(record, [(v, t) for t, v in rest if t >= record.onset])
        if not left:
            return []
        drawing.highest = left
        record.peak, record.peak_at = left[0]
        if _over(record, drawing.told, record.peak) > 0:
            drawing.told = record.peak
        return [_changed(record, at, "corrected")] if record.number else []

    def leave(self, at: float) -> list[EpisodeChanged]:
        """Report the open episodes as they are: the session is closed, so no more will follow."""
        return [_changed(record, at, "left") for record in self.standing()]

    def standing(self) -> list[Episode]:
        return [d.episode for d in self.open.values() if d.episode.number]


def _change(drawing: Drawing) -> Stage | None:
    """Return the change of an open elevation that is worth a report; None: no such change."""
    record = drawing.episode
    bounds = VITALS[record.vital].episode
    if record.over_s >= bounds.sustained_after and not record.sustained:
        return "sustained"
    if record.direction == "high":
        farther = record.peak >= drawing.told + bounds.farther
    else:
        farther = record.peak <= drawing.told - bounds.farther
    return "higher" if farther else None


def _over(record: Episode, value: float, reference: float) -> float:
    """Return by how much the value lies farther out than the reference."""
    return value - reference if record.direction == "high" else reference - value


def _near(record: Episode, level: float, baseline: float) -> bool:
    near = VITALS[record.vital].episode.near
    return level <= baseline + near if record.direction == "high" else level >= baseline - near


def _farthest_first(
    record: Episode, rows: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Sort values with their times: the farthest first, of equals the earliest."""
    side = -1 if record.direction == "high" else 1
    return sorted(rows, key=lambda row: (side * row[0], row[1]))


def _changed(record: Episode, at: float, change: Stage) -> EpisodeChanged:
    return EpisodeChanged(at=at, episode=msgspec.structs.replace(record), change=change)


def _extend(drawing: Drawing, value: float, effective: float) -> None:
    record = drawing.episode
    if effective < record.onset:
        return
    # Compared in place: this is every reading of a stream while an episode lasts.
    up = record.direction == "high"
    if value > record.peak if up else value < record.peak:
        record.peak, record.peak_at = value, effective
    least = drawing.highest[-1][0] if len(drawing.highest) >= KEPT else None
    if least is None or (value > least if up else value < least):
        drawing.highest = _farthest_first(record, [*drawing.highest, (value, effective)])[:KEPT]
    if effective < drawing.last_at:
        return  # of another device, or late: that stretch has been counted
    step = effective - drawing.last_at
    if step <= VITALS[record.vital].freshness.expires_after:
        limit = record.limit
        before = drawing.last_value - limit if up else limit - drawing.last_value
        after = value - limit if up else limit - value
        record.over_s += step * _share_over(before, after)
        record.area += step * _mean_over(before, after)
    else:
        record.holes += 1
        record.hole_s += step
    drawing.last_at, drawing.last_value = effective, value


def _share_over(before: float, after: float) -> float:
    """Return the share of a straight line from `before` to `after` that lies above zero."""
    if before >= 0 and after >= 0:
        return 1.0
    if before < 0 and after < 0:
        return 0.0
    return max(before, after) / abs(after - before)


def _mean_over(before: float, after: float) -> float:
    """Return the mean of the positive part of that line."""
    if before >= 0 and after >= 0:
        return (before + after) / 2
    return max(before, after, 0.0) / 2 * _share_over(before, after)
