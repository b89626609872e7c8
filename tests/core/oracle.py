"""The rule for continuous vital signs again, over whole arrays, as the docstrings describe it.

First, `courses` decides which readings belong to the course: at every reading that does not fit, it
examines again the whole stretch since the course was last seen. Then `steps` applies a limit to
that course, with masks over all of it. A crossing begins with a level beyond the limit. It is held

- with a level beyond the limit, `delay` after the first one (measurement time), or
- when readings beyond have confirmed it for `sooner` seconds in a row, at a moment at which the
  source is sure, or
- `delay` and a second of grace after a reading beyond it was received, if no evidence against it
  has arrived since then (a timer: silence cannot hold an alarm back), or
- as soon as a higher priority is held.

Before that, one clean level inside by the hysteresis ends it. After that, such levels must continue
for `clear_after`, measurement time, with no level beyond the limit or undecided among them. Suspect
readings may be beyond a limit, and have no other effect.

Last, `kept` keeps a flapping signal: a rank that was crossed upwards three times in ten minutes is
left two minutes after it was last held, and the signal does not fall as long as any such rank is
kept.
"""

from statistics import median
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Times = NDArray[np.float64]
Mask = NDArray[np.bool_]
Order = NDArray[np.int64]

GRACE_S: Final = 1.0
LATENCY_S: Final = 2.0  # a receipt this close behind the measurement is latency
HYSTERESIS: Final = 5.0
CLEAR_AFTER_S: Final = 30.0
FLAPS: Final = 3
FLAPS_WITHIN_S: Final = 600.0
STAYS_S: Final = 120.0

LEVEL_S: Final = 5.0
LEVEL_COUNT: Final = 32
NEAR: Final = 15.0  # of the level
STEP: Final = 10.0  # of the reading before
PACE: Final = 3.0  # per second since that reading, for at most …
PACE_S: Final = 10.0
BORNE_OUT_S: Final = 7.0
BORNE_OUT_BY: Final = 3
GAP_S: Final = 6.0
UNSEEN_S: Final = 12.0
GROUPS: Final = 3
MEMORY_S: Final = 8.0
SURE: Final = 0.7


class Stream(Struct, frozen=True):
    """Readings of one vital sign in order: when measured, when received, value, whether clean."""

    measured: Times
    received: Times
    values: Times
    clean: Mask

    @property
    def counted_from(self) -> Times:
        late = self.received - self.measured > LATENCY_S
        return np.where(late, self.received, self.measured)


def believed(stream: Stream) -> Stream:
    """Doubt each reading that moved too fast since readings that were not in doubt."""
    clean = stream.clean.copy()
    for i in np.flatnonzero(stream.clean):
        age = stream.measured[i] - stream.measured[:i]
        moved = np.abs(stream.values[i] - stream.values[:i])
        fast = ((age <= 5) & (moved > 30)) | ((age <= 10) & (moved > 50))
        clean[i] = not (fast & clean[:i]).any()
    return Stream(stream.measured, stream.received, stream.values, clean)


class Limit(Struct, frozen=True):
    """rank: 1 low, 2 medium, 3 high; side: +1 for a high limit, -1 for a low one."""

    rank: int
    value: float
    delay: float
    side: int
    sooner: float = 7.0


class Held(Struct, frozen=True):
    """The time during which a limit's crossing was held; until `inf`: it still is."""

    since: float
    until: float


# --- which readings belong to the course ----------------------------------------------------------


class Course(Struct, frozen=True):
    """Decisions on the readings, in the order in which they were made.

    at       index of the reading
    by       index of the reading with which it was decided; `told`: the receipt of that reading
    member   it belongs to the course; otherwise it is an outlier, without level and seconds
    level    median of the course's last seconds
    borne    seconds since the course's previous reading, 0 if an outlier or a gap lies between
    sure     most recent readings belonged to the course, at the moment of the decision
    """

    at: Order
    by: Order
    told: Times
    member: Mask
    level: Times
    borne: Times
    sure: Mask


def courses(stream: Stream) -> Course:
    rows: list[tuple[int, int, float, bool, float, float, bool]] = []
    course: list[int] = []  # indices of the readings of the present segment
    groups: list[list[int]] = []  # outliers since the segment was seen, by fit
    share = 0.5
    for i in range(len(stream.values)):
        gap = stream.measured[i] - stream.measured[i - 1] if i else 1.0
        weight = gap / (gap + MEMORY_S)
        fitting = [g for g in groups if _fits(stream, g, i)]
        group = min(fitting, key=lambda g: abs(stream.values[i] - _level(stream, g)), default=None)
        told = float(stream.received[i])
        belongs = bool(course) and _fits(stream, course, i)
        if belongs and group is not None:
            belongs = abs(stream.values[i] - _level(stream, course)) <= abs(
                stream.values[i] - _level(stream, group)
            )
        if belongs:
            share += (1 - share) * weight
            course.append(i)
            groups = []
            rows.append((i, i, told, True, *_measure(stream, course, i), share >= SURE))
            continue
        share -= share * weight if course else 0
        unseen = bool(course) and stream.measured[i] - stream.measured[course[-1]] > UNSEEN_S
        alone = group is None and all(len(g) == 1 for g in groups)
        if not course or (unseen and alone):
            course, groups, share = [i], [], min(share, 0.5)
            rows.append((i, i, told, True, *_measure(stream, course, i), share >= SURE))
            continue
        group = _joined(stream, groups, group, i)
        borne = [_measure(stream, group, k)[1] for k in group]
        proven = len(group) >= BORNE_OUT_BY and sum(borne) >= BORNE_OUT_S
        if proven or (unseen and 1 < len(group) == max(map(len, groups))):
            share = 1.0 if proven else 0.5
            rows += [(k, i, told, True, *_measure(stream, group, k), share >= SURE) for k in group]
            course, groups = group, []
        else:
            rows.append((i, i, told, False, 0.0, 0.0, share >= SURE))
    return Course(*(np.array(column) for column in zip(*rows, strict=True)))


def _joined(stream: Stream, groups: list[list[int]], group: list[int] | None, i: int) -> list[int]:
    if group is None:
        group = []
        alive = [g for g in groups if stream.measured[i] - stream.measured[g[-1]] <= UNSEEN_S]
        alive.sort(key=lambda g: g[-1])
        groups[:] = [*alive[1 - GROUPS :], group]
    group.append(i)
    return group


def _fits(stream: Stream, members: list[int], i: int) -> bool:
    since = min(stream.measured[i] - stream.measured[members[-1]], PACE_S)
    off = abs(stream.values[i] - _level(stream, members))
    step = abs(stream.values[i] - stream.values[members[-1]])
    return bool(off <= NEAR + PACE * since or step <= STEP + PACE * since)


def _level(stream: Stream, members: list[int]) -> float:
    """Return the median of the last seconds up to the newest of these readings."""
    newest = members[-LEVEL_COUNT:]
    since = stream.measured[newest[-1]] - LEVEL_S
    return median(float(stream.values[k]) for k in newest if stream.measured[k] > since)


def _measure(stream: Stream, members: list[int], k: int) -> tuple[float, float]:
    """Return the level at reading `k` of the members, and the seconds that it confirms."""
    so_far = members[: members.index(k) + 1]
    if len(so_far) == 1:
        return _level(stream, so_far), 0.0
    before = so_far[-2]
    gap = float(stream.measured[k] - stream.measured[before])
    unbroken = k == before + 1 and gap <= GAP_S
    return _level(stream, so_far), gap if unbroken else 0.0


# --- applying a limit to the course ---------------------------------------------------------------


def steps(stream: Stream, limits: list[Limit], end: float) -> list[tuple[float, int]]:
    """(time, highest rank held from then on), a row for each time at which it changes."""
    stream = believed(stream)
    course = courses(stream)
    spans: list[tuple[int, Held]] = []
    for limit in sorted(limits, key=lambda one: -one.rank):
        above = np.array(sorted(held.since for _, held in spans))
        spans += [(limit.rank, held) for held in _spans(stream, course, limit, above)]
    marks = sorted({t for _, held in spans for t in (held.since, held.until) if t <= end})
    ranks = [
        max((rank for rank, held in spans if held.since <= t < held.until), default=0)
        for t in marks
    ]
    return kept(list(zip(marks, ranks, strict=True)), end)


def kept(said: list[tuple[float, int]], end: float) -> list[tuple[float, int]]:
    """Return the ranks that the signal shows if these ranks are held and no one acknowledges."""
    times, ranks = np.array([t for t, _ in said]), np.array([rank for _, rank in said], dtype=int)
    before = np.concatenate(([0], ranks))[:-1]
    stays: list[tuple[int, float, float]] = []
    for through in (1, 2, 3):
        rises = times[(before < through) & (ranks >= through)]
        for fall in times[(before >= through) & (ranks < through)]:
            if np.sum((rises >= fall - FLAPS_WITHIN_S) & (rises <= fall)) >= FLAPS:
                again = rises[rises > fall]
                stays.append((through, fall, min([fall + STAYS_S, *again[:1]])))
    shown, found = 0, []
    for t in sorted({*times, *(until for _, _, until in stays)}):
        rank = int(ranks[np.searchsorted(times, t, side="right") - 1])
        holds = any(q > rank and since <= t < until for q, since, until in stays)
        now = max(shown, rank) if holds else rank
        if now != shown and t <= end:
            found.append((float(t), now))
        shown = now
    return found


class Masks(Struct, frozen=True):
    """How each row of a course relates to one limit. Outliers are neither inside nor near."""

    beyond: Mask
    inside: Mask
    near: Mask
    stops: Mask  # stops the timer of a crossing that is not held yet


def _masks(stream: Stream, course: Course, limit: Limit) -> Masks:
    # Mirrored, a low limit is a high one: only "at the limit" differs.
    def over(values: Times) -> Mask:
        height = limit.side * (values - limit.value)
        return height >= 0 if limit.side > 0 else height > 0

    height = limit.side * (course.level - limit.value)
    clean = stream.clean[course.at]
    beyond = course.member & over(course.level)
    inside = course.member & clean & (height <= -HYSTERESIS)
    near = course.member & clean & ~over(course.level) & ~inside
    outliers = ~course.member & ~over(stream.values[course.at])
    return Masks(beyond, inside, near, near | outliers)


def _spans(stream: Stream, course: Course, limit: Limit, above: Times) -> list[Held]:
    """Spans in which the limit is held. above: when higher priorities began to be held."""
    masks = _masks(stream, course, limit)
    spans, at = [], 0
    while (first := _next(masks.beyond, at)) is not None:
        ends = _next(masks.inside, first)
        held = _held_from(stream, course, limit, masks, first, ends, above)
        if held is None:
            if ends is None:
                break
            at = ends + 1
            continue
        cleared = _cleared(stream, course, masks, first, held)
        spans.append(Held(held, np.inf if cleared is None else float(course.told[cleared])))
        if cleared is None:
            break
        at = cleared + 1
    return spans


def _next(mask: Mask, since: int) -> int | None:
    found = np.flatnonzero(mask[since:])
    return since + int(found[0]) if found.size else None


def _held_from(
    stream: Stream, course: Course, limit: Limit, masks: Masks, first: int, ends: int | None,
    above: Times,
) -> float | None:  # fmt: skip
    """Return when the crossing that began with row `first` is held; None: it never was."""
    last = len(masks.beyond) if ends is None else ends
    over = np.inf if ends is None else float(course.told[ends])
    span = slice(first, last)
    measured = stream.measured[course.at]
    long = masks.beyond[span] & (measured[span] - measured[first] >= limit.delay)
    soon = masks.beyond[span] & course.sure[span] & (_in_a_row(course, masks, span) >= limit.sooner)
    moments = list(course.told[span][long | soon][:1])
    moments += _timers(stream, course, limit, masks, first, last, over)
    begun = float(course.told[first])
    moments += list(above[(above >= begun) & (above <= over)][:1])
    return min((float(m) for m in moments), default=None)


def _in_a_row(course: Course, masks: Masks, span: slice) -> Times:
    """Seconds confirmed by levels beyond since the last one that was not; the first counts 0."""
    beyond, member = masks.beyond[span], course.member[span]
    starts = beyond & np.concatenate(([True], np.zeros(len(beyond) - 1, dtype=bool)))
    breaks = np.flatnonzero(member & ~beyond)
    after = [b + int(np.argmax(beyond[b:])) for b in breaks if beyond[b:].any()]
    starts[after] = True
    borne = np.where(beyond & ~starts, course.borne[span], 0.0)
    total = np.cumsum(borne)
    base = np.maximum.accumulate(np.where(starts, np.arange(len(beyond)), 0))
    return np.asarray(total - total[base])


def _timers(
    stream: Stream, course: Course, limit: Limit, masks: Masks, first: int, last: int, over: float
) -> list[float]:
    """Timers that ran out: begun by the first reading beyond, or by one after a timer stopped."""
    told = first + np.flatnonzero((masks.beyond | masks.stops)[first:last])
    begins = masks.beyond[told] & np.concatenate(([True], masks.stops[told[:-1]]))
    out = []
    for start in told[begins]:
        due = float(stream.counted_from[course.at[start]]) + limit.delay + GRACE_S
        stopped = _next(masks.stops[:last], int(start))
        end = last if stopped is None else stopped
        if end < len(course.by) and course.by[end] == course.by[start]:
            continue  # decided together: no time passed between them
        stop = over if stopped is None else float(course.told[stopped])
        if due <= stop:
            # It may already be overdue when the reading arrives; then it is decided there.
            out.append(max(due, float(course.told[start])))
    return out


def _cleared(stream: Stream, course: Course, masks: Masks, first: int, held: float) -> int | None:
    """Return the row that ends it: inside for long enough, without a break, since it was held."""
    index = np.arange(len(masks.inside))
    # If a timer holds it at the moment at which a reading is received, that reading comes after.
    counted = masks.inside & (course.told >= held) & (index >= first)
    breaks = masks.beyond | masks.near
    last_break = np.maximum.accumulate(np.where(breaks, index, -1))
    places = np.flatnonzero(counted)
    if not places.size:
        return None
    begins = places[np.searchsorted(places, last_break[places] + 1)]
    measured = stream.measured[course.at]
    enough = measured[places] - measured[begins] >= CLEAR_AFTER_S
    return int(places[enough][0]) if enough.any() else None
