"""Readings in: have we had it, when was it measured, is it believed, what follows from it.

What is rejected or late goes on the record and no further.
"""

from typing import Final

from monitor.core import (
    crossings,
    cuffs,
    expectation,
    gates,
    holes,
    lagging,
    phases,
    recovery,
    sensing,
    silence,
    skew,
    technical,
)
from monitor.core.believability import Cuff, believe, worth_another
from monitor.core.clock_evidence import Placed
from monitor.core.events import Duplicate, Event, Judged, Verdict
from monitor.core.following import Follower
from monitor.core.placing import place
from monitor.core.quality import Judgement, judge
from monitor.core.state import Newest, Source, State
from monitor.core.timebase import heard
from monitor.core.vitals import PRESSURES, Observation

_PRESSURES_KEPT: Final = 16
_RECENT_APART_S: Final = 15.0
_RECENT_KEPT: Final = 20

_NONE: Final[dict[str, Follower]] = {}

# vital sign, value, why it is suspect
Believed = tuple[str, float, str]


def observe(state: State, observation: Observation, now: float) -> list[Event]:
    device, boot = observation.device, observation.boot
    source = state.sources.get(device)
    if source is None:
        source = state.sources[device] = Source()
    if device:
        boot, new = source.arrivals.admit(observation)
        if new is None:
            return [Duplicate(at=now, device=device, boot=boot, seq=observation.seq)]
        observation = new
    placed = place(source.clock, observation, boot, now)
    effective, late, doubt = placed.effective, placed.late, placed.doubt
    events = _of_device(state, source, observation, boot, placed, now) if device else []
    if observation.measuring:
        state.schedule.measuring = now
        return events
    believed: list[Believed] = []
    following = state.following.get("hr", _NONE)
    if late:
        found = judge(observation)  # its neighbours are long gone
    else:
        found = believe(observation, effective, source.memory, state.cuff, following)
        events += sensing.notice(state, observation, found, effective, now)
    for vital, judgement in found.items():
        verdict, reason = _in_time(judgement, late, doubt)
        if verdict in ("accepted", "suspect"):
            believed.append((vital, observation.values[vital], reason))
        events.append(_judged(state, observation, vital, verdict, reason, effective, boot))
    if believed:
        another = "sbp" in found and worth_another(found)
        events += _believe(
            state, device, believed, effective, observation.issued, now, another=another
        )
    if late or (believed and state.lagging):
        events += _lag(state, observation, late, now)
    return events


def _of_device(
    state: State, source: Source, observation: Observation, boot: str, placed: Placed, now: float
) -> list[Event]:
    """That it is there, and what its clock and its numbering tell, whatever it measured."""
    device, step = observation.device, placed.step
    events: list[Event] = [] if step is None else [step]
    if not placed.late and device in state.offline:
        events += technical.online(state, device, now)
    events += skew.notice(state, device, source.clock, step, now)
    if observation.seq is not None:
        events += holes.notice(state, device, boot, source.arrivals.boots, now)
    return events


def _lag(state: State, observation: Observation, late: str, now: float) -> list[Event]:
    """History that the broker kept says nothing of how late the device is."""
    device = observation.device
    if observation.replayed or not device or not (late or device in state.lagging):
        return []
    return lagging.notice(state, device, late, now)


def _in_time(judgement: Judgement, late: str, doubt: str) -> Judgement:
    """What a reading's time does to what was thought of its value; impossible stays impossible."""
    if judgement[0] == "rejected":
        return judgement
    if late:
        return "late", late
    return ("suspect", doubt) if doubt and judgement[0] == "accepted" else judgement


def _judged(
    state: State, observation: Observation, vital: str, verdict: Verdict, reason: str,
    effective: float, boot: str,
) -> Judged:  # fmt: skip
    return Judged(
        at=state.now, vital=vital, value=observation.values[vital],
        effective=effective, issued=observation.issued, measured=observation.effective,
        device=observation.device, boot=boot, seq=observation.seq,
        source="manual" if observation.by else "device", state=verdict, reason=reason,
        key=_key(state, observation, vital, boot),
    )  # fmt: skip


def _key(state: State, observation: Observation, vital: str, boot: str) -> str:
    if observation.seq is not None:
        return f"{observation.device}|{observation.seq}|{vital}|{boot}"
    if observation.effective is not None and observation.device:
        return f"{observation.device}|t{observation.effective:.3f}|{vital}"
    state.unkeyed += 1
    return f"{observation.device}|#{state.unkeyed}|{vital}"


# --- what is believed ---------------------------------------------------------------------------


def _believe(
    state: State, device: str, believed: list[Believed], effective: float, issued: float,
    now: float, *, another: bool,
) -> list[Event]:  # fmt: skip
    """another: a further pressure may be beyond the doubt that this one is in."""
    events: list[Event] = []
    if state.phase == "preparation":
        events += phases.enter(state, "baseline", now)
    watched, since = _watched(believed), heard(effective, issued)
    for vital in watched:
        if not _overtaken(state, vital, believed, effective):
            events += technical.heard(state, vital, since, now)
    for vital, value, cause in believed:
        newest = state.newest.get(vital)
        if newest is not None and effective < newest.effective:
            # It fills the chart, and the present is judged by what is newer.
            events += crossings.overtaken(state, vital, value, effective, now)
            continue
        state.newest[vital] = Newest(value, effective, issued, cause)
        noted = not cause and _remember(state, vital, value, effective)
        events += crossings.judge(
            state, vital, value, effective, since, now, device=device, clean=not cause
        )
        if noted and state.doses:
            level = crossings.level_of(state, vital, device, value)
            events += expectation.judge(state, vital, level, effective, now)
    if "sbp" in watched:
        if state.cuff is None or effective >= state.cuff.at:
            state.cuff = Cuff(effective, {vital: value for vital, value, _ in believed})
            cuffs.look_again(state, now, doubted=another)
        _take_pressures(state, believed, effective)
        events += technical.overdue(state, now)
        events += recovery.judge(state, now)
    return events


def _overtaken(state: State, watched: str, believed: list[Believed], effective: float) -> bool:
    """What is newer came before. This is judged by nothing: no sign that anybody watches."""
    for vital, _, _ in believed:
        if vital == watched or silence.watched_as(vital) == watched:
            newest = state.newest.get(vital)
            if newest is None or effective >= newest.effective:
                return False
    return True


def _watched(believed: list[Believed]) -> list[str]:
    if len(believed) == 1:  # nearly always: one heart rate
        return [silence.watched_as(believed[0][0])]
    return sorted({silence.watched_as(vital) for vital, _, _ in believed})


def _remember(state: State, vital: str, value: float, effective: float) -> bool:
    """A clean value: for a baseline, and, now and then, for the trend. Was this one?"""
    state.readings.add(vital, value, effective)
    recent = state.recent.setdefault(vital, [])
    if not recent or effective - recent[-1][0] >= _RECENT_APART_S:
        recent.append((effective, value))
        del recent[:-_RECENT_KEPT]
        return True
    return False


def _take_pressures(state: State, believed: list[Believed], effective: float) -> None:
    """For the schedule, and for the gates."""
    values = {vital: value for vital, value, _ in believed}
    state.schedule.take(state.protocol, state.last_dose_at, effective)
    if "sbp" in values and "dbp" in values:
        clean = not any(cause for vital, _, cause in believed if vital in PRESSURES)
        state.pressures.append(gates.Pressure(effective, values["sbp"], values["dbp"], clean))
        state.pressures.sort(key=lambda p: p.effective)
        del state.pressures[:-_PRESSURES_KEPT]
