"""The status of an encounter at a moment: values and their freshness, trend, gates, alarms."""

import msgspec

from monitor.core.detection import cuff_requests
from monitor.core.detection.situation import life, situation
from monitor.core.encounter import cuff_view
from monitor.core.gates import gates
from monitor.core.state import State
from monitor.core.state.vitals import Newest
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.status import (
    CheckStatus,
    ClockStep,
    Freshness,
    GateStatus,
    LimitStatus,
    NextCheck,
    SensorStatus,
    Status,
    SupervisorStatus,
    Trend,
    VitalStatus,
)
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS


def status(state: State, now: float, check: NextCheck | None) -> Status:
    session, baseline = state.session, state.baseline
    protocol, since = session.protocol, session.last_dose_at
    return Status(
        id=session.id, protocol=protocol.id, protocol_version=protocol.version,
        phase=session.phase, mode=session.facts.mode,
        opened_at=session.opened_at, doses=tuple(session.doses), dosed_at=session.dosed_at,
        corrected=tuple(session.amended), corrections=session.corrections, last_dose_at=since,
        minutes_since_dose=None if since is None else (now - since) / 60,
        vitals={vital: _vital(state, vital, now, check) for vital in VITALS},
        baseline=baseline.values if session.doses else baseline.readings.baselines(now),
        limits=tuple(
            LimitStatus(t.name, lv.priority, t.vital, t.direction, lv.limit, lv.source)
            for t in state.limits.thresholds
            for lv in t.levels
        ),
        alarms=tuple(msgspec.structs.replace(a) for a in state.alarms),
        next_check=cuff_requests.told(state, check), gates=_gates(state, now),
        devices=dict(state.devices.registered),
        clocks={device: _clock(state, device) for device in state.devices.registered},
        clock_steps=_clock_steps(state),
        checks={n: CheckStatus(made.at, made.by) for n, made in state.supervision.checks.items()},
        supervisor=_supervisor(state),
        phases={
            "onset": protocol.onset_until,
            "peak": protocol.peak_until,
            "recovery": protocol.recovery_until,
        },
        cuffs=cuff_view.cuffs(state, now), sensors=_sensors(state),
        audio_paused_until=state.escalation.paused_until, closed_at=session.closed_at,
    )  # fmt: skip


def _supervisor(state: State) -> SupervisorStatus | None:
    """Return the supervisor; None: not on record, as in sessions opened by an older version."""
    held = state.supervision.supervisor
    return SupervisorStatus(held.name, held.since, held.offered_to) if held.name else None


def _clock(state: State, device: str) -> float | None:
    source = state.devices.sources.get(device)
    return None if source is None else source.clock.known


def _clock_steps(state: State) -> dict[str, ClockStep]:
    found: dict[str, ClockStep] = {}
    for device in state.devices.registered:
        source = state.devices.sources.get(device)
        step = None if source is None else source.clock.stepped
        if step is not None:
            found[device] = ClockStep(step.at, step.by_s, because=step.because)
    return found


def _sensors(state: State) -> dict[str, SensorStatus]:
    found = {}
    for device in state.devices.registered:
        battery = state.devices.known[device].battery
        troubles = (state.devices.trouble(f"sensor_contact|{device}|{v}") for v in (PULSE, "sbp"))
        runs = [trouble.run for trouble in troubles if trouble and trouble.run is not None]
        if battery is not None or runs:
            found[device] = SensorStatus(battery, min(runs, default=None))
    return found


def _vital(state: State, vital: str, now: float, check: NextCheck | None) -> VitalStatus:
    newest = state.vitals.newest.get(vital)
    if newest is None:
        return VitalStatus(
            value=None, unit=VITALS[vital].unit, effective=None, received=None, age_s=None,
            stale_at=None, expires_at=None, state="missing",
        )  # fmt: skip
    stale_at, expires_at = life(state, vital, newest, check)
    centre = state.baseline.values.get(vital)
    return VitalStatus(
        value=newest.value, unit=VITALS[vital].unit, effective=newest.effective,
        received=newest.received, age_s=now - newest.effective, stale_at=stale_at,
        expires_at=expires_at, state=_freshness(newest, now, stale_at, expires_at),
        trend=_trend(state, vital), because=newest.cause,
        change=_change(newest, centre), typed=_typed(state, vital, newest),
    )  # fmt: skip


def _typed(state: State, vital: str, newest: Newest) -> bool:
    """Return whether the newest value was typed.

    Single values of a strap's stream are not kept, and a typed rate beside it is soon overtaken.
    """
    value, at = newest.value, newest.effective
    # Compare the time first: a status is built at every reading, and few values have this time.
    if vital in PRESSURES:
        kept = state.cuffs.pressures
        sent = [p.device for p in kept if p.effective == at and p.value(vital) == value]
    else:
        singles = state.vitals.singles.get(vital, [])
        sent = [one.device for one in singles if one.effective == at and one.value == value]
    return set(sent) == {""}


def _freshness(newest: Newest, now: float, stale_at: float, expires_at: float) -> Freshness:
    if now >= expires_at:
        return "missing"
    if now >= stale_at:
        return "stale"
    return "suspect" if newest.cause else "fresh"


def _change(newest: Newest, centre: Baseline | None) -> float | None:
    return None if centre is None else round(newest.value - centre.value, 1)


def _trend(state: State, vital: str) -> Trend | None:
    rule = VITALS[vital].trend
    recent = state.vitals.recent.get(vital, [])
    if not recent:
        return None
    first = next(row for row in recent if row[0] >= recent[-1][0] - rule.span)
    if first == recent[-1]:
        return None
    moved = recent[-1][1] - first[1]
    if abs(moved) < rule.steady:
        return "steady"
    return "rising" if moved > 0 else "falling"


def _gates(state: State, now: float) -> tuple[GateStatus, ...]:
    """Return the gates of the acts that are possible next, with their unmet conditions."""
    if state.session.closed_at is not None:
        return ()
    seen = situation(state, now)
    if not state.session.doses:
        return (GateStatus("hold", tuple(gates.hold(seen))),)
    found = [GateStatus("discharge", tuple(gates.discharge(seen)))]
    if state.session.protocol.booster:
        found.insert(0, GateStatus("booster", tuple(gates.booster(seen))))
    return tuple(found)
