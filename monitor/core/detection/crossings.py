"""Carry the state of conditions into alarms, episodes, and requests for repeats."""

from collections.abc import Sequence
from math import inf

from monitor.core.alarms import crossed
from monitor.core.alarms.condition import Level, Threshold
from monitor.core.alarms.repeated import Repeated
from monitor.core.alarms.signal import Finding
from monitor.core.alarms.sustained import Sustained
from monitor.core.detection import cuff_requests
from monitor.core.protocol.limit import beyond
from monitor.core.quality.cuffs.judging_order import Turn
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.quality.stream import Followed, Follower, beside
from monitor.core.sentences import minutes
from monitor.core.sentences.calls import bare, instead
from monitor.core.state import State
from monitor.core.technical import data_lost
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Event
from monitor.core.vocabulary.profiles import VitalSign
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PRESSURES, VITALS

AnyThreshold = Sustained | Repeated


def judge(
    state: State, vital: str, value: float, effective: float, counted_from: float, now: float,
    *, device: str, clean: bool,
) -> list[Event]:  # fmt: skip
    """Judge one believed value by every condition over its vital sign."""
    here = [threshold for threshold in state.limits.thresholds if threshold.vital == vital]
    sign = VITALS[vital]
    if sign.stream is not None:
        drawn = _follow(state, here, sign, device, effective, counted_from, value, clean=clean)
    else:
        for threshold in here:
            assert isinstance(threshold, Repeated)
            threshold.observe(value, effective, counted_from, clean=clean)
        drawn = _draw(state, here, vital, value, value, effective)
    events: list[Event] = []
    for threshold in here:
        wanted = threshold.active or threshold.doubted is not None
        if wanted or threshold.name in state.alarms.standing:
            events += _settle(state, threshold, now, timed=False)
    if drawn:
        events += _settle_episode(state, vital, now)
    if clean and vital in state.episodes.ended:
        level = level_of(state, vital, device, value)
        events += state.episodes.settle_down(vital, level, effective, now)
    return events


def begin_only(
    state: State,
    vital: str,
    value: float,
    effective: float,
    counted_from: float,
    now: float,
    why: Reason,
) -> list[Event]:
    """Judge a single measurement that may be of another time or person: it can only raise."""
    events: list[Event] = []
    for threshold in state.limits.thresholds:
        if (
            threshold.vital == vital
            and isinstance(threshold, Repeated)
            and threshold.crosses(value)
        ):
            threshold.begin_only(value, effective, counted_from, why)
            events += _settle(state, threshold, now, timed=False)
    return events


def level_of(state: State, vital: str, device: str, value: float) -> float:
    """Return the level of the source's course for a stream, else the value itself."""
    follower = state.vitals.following.get(vital, {}).get(device)
    return value if follower is None or follower.level is None else follower.level


def _follow(
    state: State, here: Sequence[AnyThreshold], sign: VitalSign, device: str, effective: float,
    counted_from: float, value: float, *, clean: bool,
) -> bool:  # fmt: skip
    """Carry the course of a source's stream, without its artefacts, into the conditions.

    Return whether an elevation is being drawn.
    """
    vital, rule = sign.code, sign.stream
    assert rule is not None
    sources = state.vitals.streams(vital)
    follower = sources.get(device)
    if follower is None:
        follower = Follower()
        state.vitals.follow(vital, device, follower)
    course = follower.observe(effective, counted_from, value, rule, clean=clean)
    rest = list(beside(sources, device, effective).values()) if len(sources) > 1 else []
    sure, active = follower.sure, False
    for threshold in here:
        assert isinstance(threshold, Sustained)
        if not course:
            threshold.outlier(value)
        farthest = (max if threshold.direction == "high" else min)(rest) if rest else None
        for seen in course:
            threshold.follow(device, seen, farthest, sure=sure)
        active |= threshold.active
    drawn = vital in state.episodes.open
    if active or drawn:
        for seen in course:
            drawn |= _draw(state, here, vital, seen.value, seen.level, seen.effective)
    return drawn


def overtaken(state: State, vital: str, value: float, effective: float, now: float) -> list[Event]:
    """Judge a single measurement that came after a newer one: only a high limit raises an alarm.

    A person has to see a value that was that high, even if it is over by now.
    """
    events: list[Event] = []
    for threshold in state.limits.thresholds:
        if threshold.vital != vital or not isinstance(threshold, Repeated) or threshold.relative:
            continue
        level = threshold.levels[-1]
        if level.priority == "high" and beyond(threshold.direction, value, level.limit):
            events += _was_high(state, threshold, level, value, effective, now)
    return events


def _was_high(
    state: State, threshold: Repeated, level: Level, value: float, effective: float, now: float
) -> list[Event]:
    name, newest = threshold.name, state.vitals.newest[threshold.vital]
    finding = Finding(
        priority="high", onset=effective, value=value, limit=level.limit, source=level.source,
        data_lost_at=data_lost.lost_at(state, threshold.vital),
        because=crossed.overtaken(threshold, level, value, newest.effective - effective),
    )  # fmt: skip
    changes = state.alarms.hold(name, name, "physiological", finding, now, vital=threshold.vital)
    events: list[Event] = [*changes]
    holds = threshold.holds
    if holds is not None:
        return events + _hold(state, threshold, holds, now, timed=False)
    when = minutes.when(state.session.doses, newest.effective)
    why = crossed.came_after(threshold, newest.value, when)
    return [*events, *state.alarms.release(name, now, why)]


def judge_again(state: State, vital: str, now: float) -> list[Event]:
    """Judge the newest value again by limits that have changed, unless it has expired.

    It does not count as a confirmation: it is not a new reading.
    """
    newest = state.vitals.newest.get(vital)
    if newest is None or now - newest.received > VITALS[vital].freshness.expires_after:
        return []
    events: list[Event] = []
    for threshold in [t for t in state.limits.thresholds if t.vital == vital]:
        if isinstance(threshold, Repeated):
            threshold.look_again(newest.value, newest.effective, now)
        else:
            _look_again(state, threshold, now)
        if threshold.active or threshold.name in state.alarms.standing:
            events += _settle(state, threshold, now, timed=False)
    return events


def _look_again(state: State, threshold: Sustained, now: float) -> None:
    for device, follower in state.vitals.following.get(threshold.vital, {}).items():
        level, at = follower.level, follower.at
        if level is not None and at is not None:
            seen = Followed(at, now, level, level, 0.0, clean=True)
            threshold.look_again(device, seen, sure=follower.sure)


def judge_all_again(state: State, now: float, why: Reason) -> list[Event]:
    """Judge the kept pressures again, each in its turn, because one more or one fewer counts.

    why: the reason of an alarm that this ends
    """
    events: list[Event] = []
    for threshold in [t for t in state.limits.thresholds if t.vital in PRESSURES]:
        assert isinstance(threshold, Repeated)
        threshold.begin_anew()
        newest = -inf  # measurement time of the newest proven one so far
        for pressure in _in_turn(state, threshold.vital):
            if pressure.effective >= newest:
                _replay(state, threshold, pressure)
            if not pressure.unproven:
                newest = max(newest, pressure.effective)
        threshold.advance(now)
        events += _settle_again(state, threshold, now, why)
    return events


def _in_turn(state: State, vital: str) -> list[Pressure]:
    """Return the judged pressures with a value of this vital sign, in the order of judging."""
    judged = [p for p in state.cuffs.pressures if p.value(vital) is not None and not p.waits]
    return sorted(judged, key=lambda pressure: pressure.turns[vital].number)


def _replay(state: State, threshold: Repeated, pressure: Pressure) -> None:
    value, effective = pressure.value(threshold.vital), pressure.effective
    turn = pressure.turns[threshold.vital]
    if value is None or not _applied(state, threshold, turn, effective):
        return
    threshold.advance(turn.at)
    if pressure.unproven:
        threshold.begin_only(value, effective, pressure.counted_from, pressure.unproven)
    else:
        clean = threshold.vital not in pressure.causes
        threshold.observe(value, effective, pressure.counted_from, clean=clean)


def _applied(state: State, threshold: Threshold, turn: Turn, effective: float) -> bool:
    """Return whether these limits applied: those over the baseline do from the first dose on."""
    return not threshold.relative or state.cuffs.turns.after_dose(
        turn, effective, state.session.dosed_at
    )


def judge_singles_again(state: State, vital: str, now: float, why: Reason) -> list[Event]:
    """Judge the kept single measurements other than pressures again, each in its turn."""
    events: list[Event] = []
    for threshold in [t for t in state.limits.thresholds if t.vital == vital]:
        assert isinstance(threshold, Repeated)
        threshold.begin_anew()
        for one in state.vitals.singles.get(vital, []):
            if not _applied(state, threshold, one.turn, one.effective):
                continue
            threshold.advance(one.turn.at)
            if one.unproven:
                threshold.begin_only(one.value, one.effective, one.counted_from, one.unproven)
            else:
                threshold.observe(one.value, one.effective, one.counted_from, clean=not one.cause)
        threshold.advance(now)
        events += _settle_again(state, threshold, now, why)
    return events


def follow_typed_again(
    state: State, vital: str, struck: float, now: float, why: Reason
) -> list[Event]:
    """Judge a stream again without the reading typed at `struck`; other typed readings stay."""
    sources = state.vitals.streams(vital)
    state.vitals.follow(vital, "", None)
    others = beside(sources, "", now)
    typed = [one for one in state.vitals.singles.get(vital, []) if not one.device]
    follower, rule = Follower(), VITALS[vital].stream
    assert rule is not None
    course = [
        (
            one,
            follower.observe(one.effective, one.counted_from, one.value, rule, clean=not one.cause),
            follower.sure,
        )
        for one in typed
    ]
    if typed:
        state.vitals.follow(vital, "", follower)
    events: list[Event] = []
    for threshold in [t for t in state.limits.thresholds if t.vital == vital]:
        assert isinstance(threshold, Sustained)
        if others or sources.keys() - {""}:
            threshold.disown("", struck, list(others.values()))
            _look_again(state, threshold, now)
        else:
            threshold.begin_anew()
            for one, seen, sure in course:
                if not _applied(state, threshold, one.turn, one.effective):
                    continue
                threshold.advance(one.turn.at)
                if not seen:
                    threshold.outlier(one.value)
                for each in seen:
                    threshold.follow("", each, None, sure=sure)
        threshold.advance(now)
        events += _settle_again(state, threshold, now, why)
    return events


def _settle_again(state: State, threshold: AnyThreshold, now: float, why: Reason) -> list[Event]:
    events: list[Event] = []
    if threshold.active or threshold.name in state.alarms.standing:
        events += _settle(state, threshold, now, timed=False, over=why)
    if _drawn(state, threshold):
        events += _settle_episode(state, threshold.vital, now)
    return events


def fall_due(state: State, at: float) -> list[Event]:
    """Settle the conditions whose delay or wait for a repeat has run out."""
    events: list[Event] = []
    for threshold in state.limits.thresholds:
        due = threshold.deadline
        if due is not None and due <= at:
            threshold.advance(at)
            events += _settle(state, threshold, at, timed=True)
            if _drawn(state, threshold):
                events += _settle_episode(state, threshold.vital, at)
    return events


def fall(state: State, at: float) -> list[Event]:
    """End the alarms that flapped and have been gone for long enough, with their elevations."""
    if not state.alarms.fallen:
        return []
    changes = state.alarms.fall_due(at)
    return [*changes, *elevations_after(state, changes, at)]


def elevations_after(state: State, changes: Sequence[AlarmChanged], at: float) -> list[Event]:
    """Settle the elevations after an alarm ended or eased without a reading."""
    events: list[Event] = []
    for vital in dict.fromkeys(change.alarm.vital for change in changes):
        if vital is not None and vital in state.episodes.open:
            events += _settle_episode(state, vital, at)
    return events


def _settle(
    state: State, threshold: Threshold, at: float, *, timed: bool, over: Reason | None = None
) -> list[Event]:
    """Carry the present state of a condition into the alarm system and the episodes.

    over: why the alarm ends, if the reason is not that readings returned
    """
    name, level = threshold.name, threshold.holds
    alarm = state.alarms.standing.get(name)
    events: list[Event] = []
    if level is None:
        if alarm is not None:
            why = over or crossed.returned(threshold, _when(state, threshold, at))
            events += state.alarms.release(name, at, why)
    elif (
        alarm is None
        or alarm.priority != level.priority
        or _outgrown(threshold)
        or name in state.alarms.fallen
    ):
        again = alarm is not None and not state.alarms.holds(name)
        if alarm is not None and again:
            _go_on(alarm, threshold)
        events += _hold(state, threshold, level, at, timed=timed, again=again)
    else:
        _keep_up(state, threshold, level, alarm, at, timed=timed)
    if level is not None:
        _carry_extreme(state.alarms.standing[name], threshold)
        _refresh_extreme(events, threshold)
    if threshold.vital in PRESSURES and (threshold.pending or threshold.doubted is not None):
        cuff_requests.repeat_later(state, threshold, at)
    return events


def _keep_up(
    state: State, threshold: Threshold, level: Level, alarm: Alarm, at: float, *, timed: bool
) -> None:
    """Update the value of an alarm, and its reason with it: people read them side by side."""
    before = (alarm.value, alarm.limit, alarm.provisional)
    alarm.value, alarm.limit, alarm.limit_source = threshold.value, level.limit, level.source
    alarm.provisional &= threshold.repeats == 0
    if (alarm.value, alarm.limit, alarm.provisional) != before:
        because = _because(state, threshold, level, _when(state, threshold, at), timed=timed)
        alarm.because = instead(alarm.because, because)


def _hold(
    state: State, threshold: Threshold, level: Level, at: float, *, timed: bool, again: bool = False
) -> list[Event]:
    """again: the condition had gone and holds again, while its alarm stayed on."""
    worse = _outgrown(threshold)
    if worse:
        threshold.risen = None
    provisional = threshold.provisional
    when = _when(state, threshold, at)
    finding = Finding(
        priority=level.priority,
        onset=threshold.began if threshold.began is not None else at,
        value=threshold.value, limit=level.limit, source=level.source,
        provisional=provisional, worse=worse,
        data_lost_at=data_lost.lost_at(state, threshold.vital),
        because=_because(state, threshold, level, when, timed=timed),
    )  # fmt: skip
    changes = state.alarms.hold(
        threshold.name, threshold.name, "physiological", finding, at, vital=threshold.vital
    )
    alarm = state.alarms.standing[threshold.name]
    if alarm.raised_at < at and any(change.transition == "raised" for change in changes):
        _go_on(alarm, threshold)
    events: list[Event] = [*changes]
    if provisional and threshold.vital in PRESSURES and (changes or again):
        events += cuff_requests.repeat_now(state, at, at + threshold.rule.repeat_until)
    return events


def _when(state: State, threshold: Threshold, at: float) -> Reason:
    """Return the moment of the newest value's measurement: it may be long before `at`."""
    measured = at if threshold.value_at is None else threshold.value_at
    return minutes.when(state.session.doses, measured)


def _because(
    state: State, threshold: Threshold, level: Level, when: Reason, *, timed: bool
) -> Reason:
    base = state.baseline.values.get(threshold.vital)
    proof = crossed.proof(threshold, level, timed=timed)
    return crossed.crossing(threshold, level, base, when, proof)


def newest(state: State, alarm: Alarm) -> Reason:
    """Return a standing alarm's reason for the newest reading, not for the one that raised it."""
    found = [
        t for t in state.limits.thresholds if t.name == alarm.condition and t.value is not None
    ]
    threshold, level = (found[0], found[0].holds) if found else (None, None)
    if threshold is None or level is None:
        return bare(alarm.because)
    # The requested repeat is long due, so this reason must not promise one.
    proof = (
        crossed.UNCONFIRMED
        if threshold.provisional
        else crossed.proof(threshold, level, timed=False)
    )
    base = state.baseline.values.get(threshold.vital)
    return crossed.crossing(threshold, level, base, _when(state, threshold, state.now), proof)


def _outgrown(threshold: Threshold) -> bool:
    return isinstance(threshold, Repeated) and threshold.outgrown


def _carry_extreme(alarm: Alarm, threshold: Threshold) -> None:
    alarm.extreme, alarm.extreme_at = threshold.extreme, threshold.extreme_at


def _go_on(alarm: Alarm, threshold: Threshold) -> None:
    """Keep the occurrence's extreme when a further crossing of it begins."""
    extreme = threshold.extreme
    if alarm.extreme is not None and (
        extreme is None or beyond(threshold.direction, alarm.extreme, extreme)
    ):
        threshold.extreme, threshold.extreme_at = alarm.extreme, alarm.extreme_at


def _refresh_extreme(events: list[Event], threshold: Threshold) -> None:
    """Set the extreme in the events: their copies of the alarm were made before it was known."""
    for event in events:
        if isinstance(event, AlarmChanged) and event.alarm.condition == threshold.name:
            _carry_extreme(event.alarm, threshold)


# --- episodes -----------------------------------------------------------------------------------


def _draw(
    state: State, here: Sequence[Threshold], vital: str, value: float, level: float,
    effective: float,
) -> bool:  # fmt: skip
    """Draw an episode, of the sides that the profile records. Return whether one is being drawn.

    value: as measured; level: the judged value, of a stream the level of the followed segment
    """
    if vital in state.episodes.open:
        state.episodes.observe(vital, value, effective, None, None)
        return True
    for direction in VITALS[vital].episode.directions:
        crossed = [
            one.limit
            for threshold in here
            if threshold.active and threshold.direction == direction
            for one in threshold.levels
            if one.since is not None and beyond(direction, level, one.limit)
        ]
        if crossed:
            nearest = min(crossed) if direction == "high" else max(crossed)
            centre = state.baseline.values.get(vital)
            before = centre.value if centre is not None else None
            state.episodes.observe(vital, value, effective, nearest, before, direction)
            return True
    return False


def _drawn(state: State, threshold: Threshold) -> bool:
    """Return whether an episode of this condition's vital sign and side is being drawn."""
    drawing = state.episodes.open.get(threshold.vital)
    return drawing is not None and drawing.episode.direction == threshold.direction


def _settle_episode(state: State, vital: str, at: float) -> list[Event]:
    holds = pending = False
    drawing = state.episodes.open.get(vital)
    if drawing is None:
        return []
    direction = drawing.episode.direction
    for threshold in state.limits.thresholds:
        if threshold.vital != vital or threshold.direction != direction:
            continue
        holds = holds or threshold.name in state.alarms.fallen
        if threshold.active:
            holds = holds or threshold.holds is not None
            pending = pending or threshold.pending
    doses = [dose.at for dose in state.session.doses]
    return [*state.episodes.settle(vital, at, holds=holds, pending=pending, doses=doses)]
