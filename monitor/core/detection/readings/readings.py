"""Take readings: detect duplicates, place them in time, judge them, and apply the believed ones.

A rejected or late reading is only put on the record.
"""

from typing import Final

import msgspec
from msgspec import UNSET

from monitor.core.detection.readings import believing, cuff_records, cuff_users, failed, reconsider
from monitor.core.detection.readings.believing import Believed
from monitor.core.quality.clocks.clock_evidence import Placed
from monitor.core.quality.clocks.placing import place
from monitor.core.quality.consistency import believe, worth_another
from monitor.core.quality.cuffs.pressures import Pressure, both, other_half
from monitor.core.quality.plausibility import Judgement, judge
from monitor.core.quality.stream import Follower
from monitor.core.state import State
from monitor.core.state.devices import Source
from monitor.core.technical import (
    bp_overdue,
    clock_skew,
    device_offline,
    late_data,
    sensor,
    sequence_gap,
)
from monitor.core.vocabulary.events import Duplicate, Event, Judged
from monitor.core.vocabulary.inputs import Observed
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, Observation
from monitor.core.vocabulary.words import Verdict

_NONE: Final[dict[str, Follower]] = {}


def observe(  # noqa: C901 - a call would cost a fiftieth of it
    state: State, given: Observed, now: float
) -> list[Event]:
    observation = given.observation
    device, boot = observation.device, observation.boot
    source = state.devices.source(device)
    if device:
        boot, new = source.arrivals.admit(observation)
        if new is None:
            return _again(source, observation, boot, now)
        observation = new
    placed = place(source.clock, observation, boot, now)
    effective, late, doubt = placed.effective, placed.late, placed.doubt
    events = _of_device(state, source, observation, boot, placed, now) if device else []
    if observation.measuring or observation.failed or observation.flags:
        events += _of_cuff(state, source, observation, effective, late, now)
        if observation.measuring:
            return events
    values = observation.values
    if "sbp" in values or "dbp" in values or "map" in values:
        return events + _measurement(state, source, observation, boot, effective, late, doubt, now)
    # The path of nearly every reading, written inline: each call would cost a fiftieth of it.
    if late:
        found = judge(observation)  # its neighbours are no longer in memory
    else:
        following = state.vitals.following.get(PULSE, _NONE)
        found = believe(observation, effective, source.memory, state.cuffs.newest, following)
        events += sensor.notice(state, observation, found, effective, now, proven=not doubt)
    believed: list[Believed] = []
    for vital, judgement in found.items():
        verdict, reason = _in_time(judgement, late, doubt)
        if verdict in ("accepted", "suspect"):
            believed.append((vital, values[vital], reason))
        key = _key(state, observation, vital, boot, late)
        events.append(_judged(state, observation, vital, verdict, reason, effective, boot, key))
    if believed:
        issued = observation.issued
        if doubt:
            events += believing.warn(state, device, believed, effective, issued, now, doubt)
        else:
            events += believing.believe(state, device, believed, effective, issued, now)
    known = state.devices.known.get(device)
    lags = late or (known is not None and known.lagging is not None and believed and not doubt)
    return events + _lag(state, observation, late, now) if lags else events


def _measurement(
    state: State, source: Source, observation: Observation, boot: str, effective: float,
    late: Reason | None, doubt: Reason | None, now: float,
) -> list[Event]:  # fmt: skip
    """Take a cuff's measurement, whole, half or in part, with all other values of its message."""
    part_of = None if late else other_half(state.cuffs.pressures, observation)
    if part_of is not None:
        effective = part_of.effective
    keys = {vital: _key(state, observation, vital, boot, late) for vital in observation.values}
    placed = _placed(state, source, observation, keys, effective, late, doubt, now)
    if part_of is not None:
        placed = cuff_records.with_doubts_of(part_of, placed)
    lagging_by, late = late, placed.late
    events, effective = [*placed.events], placed.effective
    found = _judge(state, source, observation, part_of, effective, late)
    sensor.withdraw(state, observation)
    if part_of is not None:
        events += _reconsider(state, part_of, found, now)
        part_of = next((p for p in state.cuffs.pressures if p.keys == part_of.keys), None)
    own = {v: found[v] for v in observation.values if part_of is None or v not in PRESSURES}
    if own and not late and not observation.failed:
        proven = not placed.doubts
        events += sensor.notice(state, observation, own, effective, now, proven=proven)
    unproven = placed.unproven
    merits: list[Believed] = []
    for vital, value in observation.values.items():
        verdict, reason = _in_time(found[vital], late, None)
        if verdict in ("accepted", "suspect"):
            merits.append((vital, value, reason))
            if unproven:
                verdict, reason = "suspect", both(unproven, reason)
        events.append(
            _judged(state, observation, vital, verdict, reason, effective, boot, keys[vital])
        )
    if not merits:
        return events + (_lag(state, observation, lagging_by, now) if lagging_by else [])
    if not placed.doubts and not observation.failed:
        failed.over(source)
    events += _follow(state, observation, merits, keys, placed, part_of, found, now)
    in_time = not placed.doubts and state.devices.lags(observation.device)
    return events + (_lag(state, observation, None, now) if in_time else [])


def _placed(
    state: State, source: Source, observation: Observation, keys: dict[str, str], effective: float,
    late: Reason | None, doubt: Reason | None, now: float,
) -> cuff_records.Classified:  # fmt: skip
    """Classify a measurement: of now, history, or unproven."""
    if observation.record and not late and not observation.failed:
        first = next(iter(keys.values()))
        return cuff_records.classify(state, source, observation, first, now)
    doubts = {"clock": doubt} if doubt else {}
    if observation.failed and observation.values:
        doubts["half"] = failed.half(observation)
    events: list[Event] = []
    if not late and not doubts:
        events = cuff_users.learn(state, observation.device, observation.user, now)
    if other := cuff_users.doubt(state, observation.device, observation.user):
        doubts["user"] = other
    return cuff_records.Classified(events, effective, late, doubts)


def _judge(
    state: State, source: Source, observation: Observation, part_of: Pressure | None,
    effective: float, late: Reason | None,
) -> dict[str, Judgement]:  # fmt: skip
    """Return the verdicts on its values, and on the other half if that came before."""
    if late:
        return judge(observation)
    if part_of is not None:
        values = part_of.values | observation.values
        observation = msgspec.structs.replace(observation, values=values)
    following = state.vitals.following.get(PULSE, _NONE)
    return believe(observation, effective, source.memory, state.cuffs.newest, following)


def _reconsider(
    state: State, part_of: Pressure, found: dict[str, Judgement], now: float
) -> list[Event]:
    """Change the verdicts on the half that came first if the second half changes them."""
    verdicts = {vital: found[vital] for vital in part_of.values}
    was = {vital: part_of.causes.get(vital) for vital in part_of.values}
    if all(verdict[1] == was[vital] for vital, verdict in verdicts.items()):
        return []
    return reconsider.rejudge(state, part_of, verdicts, now)


def _follow(
    state: State, observation: Observation, merits: list[Believed], keys: dict[str, str],
    placed: cuff_records.Classified, part_of: Pressure | None, found: dict[str, Judgement],
    now: float,
) -> list[Event]:  # fmt: skip
    """Apply the believed values of a measurement: show, warn or believe, and keep the pressure."""
    device, issued, effective = observation.device, observation.issued, placed.effective
    unproven = placed.unproven
    events: list[Event] = []
    if placed.waits:
        believing.show(state, merits, unproven, effective, issued)
    elif unproven:
        doubted: list[Believed] = [(vital, value, unproven) for vital, value, _ in merits]
        events += believing.warn(state, device, doubted, effective, issued, now, unproven)
    else:
        events += believing.believe(state, device, merits, effective, issued, now)
    pressures = [row for row in merits if row[0] in PRESSURES]
    if not pressures:
        return events
    return events + believing.take_pressure(
        state, observation, pressures, keys, effective, now, doubts=placed.doubts,
        part_of=part_of, another=bool(unproven) or worth_another(found), waits=placed.waits,
    )  # fmt: skip


def _again(source: Source, observation: Observation, boot: str, now: float) -> list[Event]:
    """Report a duplicate. A cuff's record is still counted as a part of its burst."""
    noted = observation.record or source.arrivals.moved
    if observation.record:
        source.cuff.repeats(observation.issued, observation.values)
    device, seq = observation.device, observation.seq
    return [Duplicate(at=now, device=device, boot=boot, seq=seq, noted=noted)]


def _of_cuff(
    state: State,
    source: Source,
    observation: Observation,
    effective: float,
    late: Reason | None,
    now: float,
) -> list[Event]:
    """Note that a cuff measures, or that its measurement failed."""
    if late:
        return []  # the broker had retained it: its time is unknown
    if observation.measuring:
        source.cuff.inflates(now)
        bp_overdue.inflating(state, now)
        return []
    return failed.take(state, source, observation, effective, now)


def _of_device(
    state: State, source: Source, observation: Observation, boot: str, placed: Placed, now: float
) -> list[Event]:
    """Note that a device is present, its battery, and the state of its clock and numbering."""
    device, step = observation.device, placed.step
    events: list[Event] = [] if step is None else [step]
    if observation.battery is not None and not placed.late:
        state.devices.set_battery(device, observation.battery)
    known = state.devices.known.get(device)
    if known is not None and known.offline is not None and not placed.late:
        events += device_offline.online(state, device, now)
    if placed.unsure is not None:
        events += reconsider.unsure(state, device, placed.unsure, now)
    events += clock_skew.notice(state, device, source.clock, step, now)
    if observation.seq is not None:
        events += sequence_gap.notice(state, device, source.arrivals, now)
    return events


def _lag(state: State, observation: Observation, late: Reason | None, now: float) -> list[Event]:
    """Note that readings of a device come late, or in time again.

    A message that the broker retained is no evidence of how late the device is.
    """
    device = observation.device
    if observation.replayed or not device or not (late or state.devices.lags(device)):
        return []
    return late_data.notice(state, device, late, now)


def _in_time(judgement: Judgement, late: Reason | None, doubt: Reason | None) -> Judgement:
    """Combine the verdict on a value with its lateness or doubt; rejected stays rejected."""
    if judgement[0] == "rejected":
        return judgement
    if late:
        return "late", late
    return ("suspect", doubt) if doubt and judgement[0] == "accepted" else judgement


def _judged(
    state: State, observation: Observation, vital: str, verdict: Verdict, why: Reason | None,
    effective: float, boot: str, key: str,
) -> Judged:  # fmt: skip
    return Judged(
        at=state.now, vital=vital, value=observation.values[vital],
        effective=effective, issued=observation.issued, measured=observation.effective,
        device=observation.device, boot=boot, seq=observation.seq,
        source="manual" if observation.by else "device", state=verdict,
        because=UNSET if why is None else why, key=key,
        rr=observation.rr if vital == PULSE else (), user=observation.user,
    )  # fmt: skip


def _key(state: State, observation: Observation, vital: str, boot: str, late: Reason | None) -> str:
    if observation.seq is not None:
        return f"{observation.device}|{observation.seq}|{vital}|{boot}"
    if observation.effective is not None and observation.device and not observation.record:
        key = f"{observation.device}|t{observation.effective:.3f}|{vital}"
        timed = state.devices.sources[observation.device].arrivals.timed
        return key + timed.suffix(vital, late=bool(late)) if timed.numbers else key
    return f"{observation.device}|#{state.devices.next_unkeyed()}|{vital}"
