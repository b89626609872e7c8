"""One dosing session: the only door to the core.

Inputs and times go in, events come out; `deadline` says when to ask again although nothing came.
Whatever fell due before an input is decided before it, at the moment when it fell due, so it
does not matter how often `advance` is called.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import msgspec

from monitor.core import gates, reasons, reports, silence, view
from monitor.core.alarms import RANK, AlarmBook, Finding
from monitor.core.arrivals import Arrivals
from monitor.core.conditions import GRACE_S, Level, Step, Threshold, reached, upcoming
from monitor.core.events import (
    Acknowledged,
    AlarmChanged,
    AudioPause,
    Close,
    Closed,
    Commanded,
    DevicesChanged,
    DeviceStatus,
    Dose,
    DoseRecorded,
    Duplicate,
    Event,
    Facts,
    GateRefused,
    Help,
    Input,
    Judged,
    Note,
    Observed,
    Opened,
    Override,
    Phase,
    PhaseChanged,
    Refused,
    Symptom,
    Unmet,
    Verdict,
)
from monitor.core.protocol import Protocol
from monitor.core.quality import Judgement, judge
from monitor.core.schedule import BEFORE_DOSE_EVERY_S, MEASURING_S
from monitor.core.state import SNAPSHOT_VERSION, Newest, State
from monitor.core.status import NextCheck, Status
from monitor.core.timebase import DeviceClock, clock_doubt, lateness
from monitor.core.timebase import heard as heard_at
from monitor.core.vitals import PRESSURES, Observation

BACKDATED_S: Final = 1800.0
AUDIO_PAUSE_MOST_S: Final = 120.0
# A cuff needs about 40 s, and a repeat counts from 60 s on: asked now, it would come too early.
REPEAT_ASKED_AFTER_S: Final = 30.0
CUFF_REST_S: Final = 60.0
# A cuff that does not answer is asked for an extra reading for so long; bp_overdue tells people.
EXTRA_TRIES_S: Final = 600.0
_PRESSURES_KEPT: Final = 16
_RECENT_APART_S: Final = 15.0
_RECENT_KEPT: Final = 20


class Snapshot(msgspec.Struct):
    version: int
    state: State


class Encounter:
    """A pure state machine over `State`. Methods return events; a refusal changes nothing."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._acts: dict[type, Callable[[Any, float], list[Event]]] = {
            Observed: lambda given, now: self._observe(given.observation, now),
            DeviceStatus: self._device_status,
            DevicesChanged: self._devices_changed,
            Dose: self._dose,
            Acknowledged: self._acknowledge,
            Symptom: self._report,
            Help: self._report,
            Note: lambda given, now: [],  # on the record, and nothing follows from it
            AudioPause: self._pause_audio,
            Close: self._close,
            Opened: self._refuse_opening,
        }
        self._index()
        self._deadline = self._next_deadline()

    @classmethod
    def open(
        cls, encounter_id: str, facts: Facts, protocol: Protocol, now: float, by: str = ""
    ) -> tuple["Encounter", list[Event]]:
        """A new session. Timers of silence start here, not at the first reading."""
        state = State(
            id=encounter_id, facts=facts, protocol=protocol, opened_at=now, now=now,
            devices=dict(facts.devices), alarms=AlarmBook(encounter_id),
        )  # fmt: skip
        state.thresholds = _thresholds(state, relative=False)
        for kind in facts.devices.values():
            for vital in silence.PROMISES.get(kind, ()):
                state.silence.setdefault(vital, now)
        return cls(state), [PhaseChanged(at=now, phase="preparation")]

    # --- what goes in -----------------------------------------------------------------------

    def observe(self, observation: Observation, now: float) -> list[Event]:
        return self.apply(Observed(observation), now)

    def acknowledge(self, alarm_id: str, by: str, now: float) -> list[Event]:
        return self.apply(Acknowledged(alarm_id, by), now)

    def dose(self, dose: Dose, now: float) -> list[Event]:
        return self.apply(dose, now)

    def close(self, now: float, by: str, override: Override | None = None) -> list[Event]:
        return self.apply(Close(by, override), now)

    def apply(self, given: Input, now: float) -> list[Event]:
        """Any input. Raises Refused or GateRefused; then only time has passed.

        What that time brought is not lost with the refused act: the next call tells it.
        """
        events = self.advance(now)
        state = self._state
        now = state.now
        try:
            if state.closed_at is not None and not isinstance(given, (Acknowledged, Note)):
                raise Refused("This session is closed.")
            events += self._acts[type(given)](given, now)
        except Refused:
            state.owed = events
            raise
        finally:
            self._deadline = self._next_deadline()
        return events

    # --- what comes out ---------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self._state.id

    @property
    def state(self) -> State:
        """Read it, never change it."""
        return self._state

    @property
    def deadline(self) -> float | None:
        """Call `advance` no later than this; None: nothing will happen by itself."""
        return self._deadline

    def status(self, now: float) -> Status:
        return view.status(self._state, max(now, self._state.now), self.next_check())

    def snapshot(self) -> bytes:
        return msgspec.json.encode(Snapshot(SNAPSHOT_VERSION, self._state))

    @classmethod
    def restore(cls, raw: bytes) -> "Encounter":
        """Raises ValueError for a snapshot of another version: replay the journal instead."""
        version = msgspec.json.decode(raw, type=_Version).version
        if version != SNAPSHOT_VERSION:
            raise ValueError(f"snapshot version {version}, this program reads {SNAPSHOT_VERSION}")
        return cls(msgspec.json.decode(raw, type=Snapshot).state)

    # --- time -------------------------------------------------------------------------------

    def advance(self, now: float) -> list[Event]:
        """Time has passed. Everything due up to `now` is decided at its own moment."""
        state = self._state
        events, state.owed = state.owed, []
        while self._deadline is not None and self._deadline <= now:
            state.now = max(self._deadline, state.now)
            events += self._fall_due(state.now)
            self._deadline = self._next_deadline()
        state.now = max(now, state.now)
        return events

    def _fall_due(self, at: float) -> list[Event]:
        state, events = self._state, list[Event]()
        events += self._move_phase(at)
        for threshold in state.thresholds:
            due = threshold.deadline
            if due is not None and due <= at:
                threshold.advance(at)
                events += self._settle(threshold, at, timed=True)
        events += self._technical(at)
        events += self._ask_cuffs(at)
        events += self._noticed(state.alarms.persist(at))
        return events

    def _next_deadline(self) -> float | None:
        state = self._state
        if state.owed:
            return state.now
        if state.closed_at is not None:
            return None
        due = [threshold.deadline for threshold in state.thresholds if threshold.active]
        due += [upcoming(steps, since, state.now) for steps, since in self._timers()]
        due += [state.alarms.deadline, self._phase_ends(), self._cuffs_due()]
        return min([d for d in due if d is not None], default=None)

    # --- readings ---------------------------------------------------------------------------

    def _observe(self, observation: Observation, now: float) -> list[Event]:
        state, device = self._state, observation.device
        boot = observation.boot
        if device:
            arrivals = state.arrivals.setdefault(device, Arrivals())
            boot, new = arrivals.admit(observation)
            if new is None:
                return [Duplicate(at=now, device=device, boot=boot, seq=observation.seq)]
            observation = new
        clock = state.clocks.setdefault(device, DeviceClock())
        clock.hear(observation)
        effective = clock.corrected(observation)
        late = lateness(observation, effective)
        events: list[Event] = []
        if not late and device in state.offline:
            events += self._online(device, now)
        if observation.measuring:
            state.schedule.measuring = now
            return events
        doubt = clock_doubt(observation)
        believed: list[tuple[str, float, str]] = []
        for vital, judgement in judge(observation).items():
            verdict, reason = _in_time(judgement, late, doubt)
            if verdict in ("accepted", "suspect"):
                believed.append((vital, observation.values[vital], reason))
            events.append(self._judged(observation, vital, verdict, reason, effective, boot))
        if believed:
            events += self._believe(believed, effective, observation, now)
        return events

    def _judged(
        self, observation: Observation, vital: str, verdict: Verdict, reason: str,
        effective: float, boot: str,
    ) -> Judged:  # fmt: skip
        return Judged(
            at=self._state.now, vital=vital, value=observation.values[vital],
            effective=effective, issued=observation.issued, measured=observation.effective,
            device=observation.device, boot=boot, seq=observation.seq,
            source="manual" if observation.by else "device", state=verdict, reason=reason,
            key=self._key(observation, vital, boot),
        )  # fmt: skip

    def _key(self, observation: Observation, vital: str, boot: str) -> str:
        if observation.seq is not None:
            return f"{observation.device}|{observation.seq}|{vital}|{boot}"
        if observation.effective is not None and observation.device:
            return f"{observation.device}|t{observation.effective:.3f}|{vital}"
        self._state.unkeyed += 1
        return f"{observation.device}|#{self._state.unkeyed}|{vital}"

    def _believe(
        self, believed: list[tuple[str, float, str]], effective: float,
        observation: Observation, now: float,
    ) -> list[Event]:  # fmt: skip
        state, events = self._state, list[Event]()
        if state.phase == "preparation":
            events += self._enter("baseline", now)
        heard = {silence.watched_as(vital) for vital, _, _ in believed}
        for vital in sorted(heard):
            since = heard_at(effective, observation.issued)
            state.silence[vital] = max(since, state.silence.get(vital, since))
            events += self._clear(f"no_data:{vital}", now, silence.data_back_reason(vital))
        for vital, value, cause in believed:
            events += self._take(vital, value, cause, effective, observation.issued, now)
        if "sbp" in heard:
            events += self._take_pressures(believed, effective, now)
        return events

    def _take(
        self, vital: str, value: float, cause: str, effective: float, issued: float, now: float
    ) -> list[Event]:
        """One believed value: it becomes current, and its conditions are judged."""
        state, events = self._state, list[Event]()
        newest = state.newest.get(vital)
        if newest is not None and effective < newest.effective:
            return []  # overtaken: it fills the chart, the present is judged by what is newer
        state.newest[vital] = Newest(value, effective, issued, cause)
        clean = not cause
        if clean:
            self._remember(vital, value, effective)
        for threshold in self._by_vital.get(vital, ()):
            threshold.observe(value, effective, heard_at(effective, issued), clean=clean)
        drawn = self._draw(vital, value, effective)
        for threshold in self._by_vital.get(vital, ()):
            if threshold.active or threshold.name in state.alarms.standing or drawn:
                events += self._settle(threshold, now, timed=False)
        return events

    def _remember(self, vital: str, value: float, effective: float) -> None:
        state = self._state
        if not state.doses:
            state.readings.add(vital, value, effective)
        recent = state.recent.setdefault(vital, [])
        if not recent or effective - recent[-1][0] >= _RECENT_APART_S:
            recent.append((effective, value))
            del recent[:-_RECENT_KEPT]

    def _take_pressures(
        self, believed: list[tuple[str, float, str]], effective: float, now: float
    ) -> list[Event]:
        state = self._state
        values = {vital: value for vital, value, _ in believed}
        state.schedule.take(state.protocol, state.last_dose_at, effective)
        if "sbp" in values and "dbp" in values:
            clean = not any(cause for vital, _, cause in believed if vital in PRESSURES)
            state.pressures.append(gates.Pressure(effective, values["sbp"], values["dbp"], clean))
            state.pressures.sort(key=lambda p: p.effective)
            del state.pressures[:-_PRESSURES_KEPT]
        return self._overdue(now)

    def _draw(self, vital: str, value: float, effective: float) -> bool:
        """Elevations are drawn, falls are not: they have alarms but no episode."""
        state = self._state
        crossed = [
            level.limit
            for threshold in self._by_vital.get(vital, ())
            if threshold.active and threshold.direction == "high"
            for level in threshold.levels
            if level.since is not None and value >= level.limit
        ]
        if vital in state.episodes.open or crossed:
            centre = state.baseline.get(vital)
            state.episodes.observe(
                vital, value, effective, min(crossed, default=None),
                centre.value if centre is not None else None,
            )  # fmt: skip
        return vital in state.episodes.open

    def _settle(self, threshold: Threshold, at: float, *, timed: bool) -> list[Event]:
        """Carry what a condition now says into the alarm system and the episodes."""
        state, name = self._state, threshold.name
        level, alarm = threshold.holds, state.alarms.standing.get(name)
        events: list[Event] = []
        if level is None:
            if alarm is not None:
                events += self._clear(name, at, reasons.returned(threshold, self._when(at)))
        elif alarm is None or alarm.priority != level.priority:
            events += self._hold_threshold(threshold, level, at, timed=timed)
        else:
            alarm.value = threshold.value
            alarm.provisional &= threshold.repeats == 0
        if level is not None:
            _carry_extreme(state.alarms.standing[name], threshold)
            _refresh_extreme(events, threshold)
        if threshold.vital in PRESSURES and threshold.pending:
            self._ask_repeat(threshold, at)
        if threshold.direction == "high" and threshold.vital in state.episodes.open:
            events += self._settle_episode(threshold.vital, at)
        return events

    def _hold_threshold(
        self, threshold: Threshold, level: Level, at: float, *, timed: bool
    ) -> list[Event]:
        state = self._state
        provisional = (
            level.priority == "high" and not threshold.ways.continuous and not threshold.repeats
        )
        finding = Finding(
            priority=level.priority,
            onset=threshold.began if threshold.began is not None else at,
            value=threshold.value, limit=level.limit, source=level.source,
            provisional=provisional,
            reason=reasons.crossing(
                threshold, level, state.baseline.get(threshold.vital), self._when(at),
                reasons.proof(threshold, level, timed=timed),
            ),
        )  # fmt: skip
        changes = state.alarms.hold(
            threshold.name, threshold.name, "physiological", finding, at, vital=threshold.vital
        )
        events = self._noticed(changes)
        if provisional and threshold.vital in PRESSURES and changes:
            events += self._ask_now(at, at + threshold.ways.repeat_until)
        return events

    def _settle_episode(self, vital: str, at: float) -> list[Event]:
        highs = [t for t in self._by_vital[vital] if t.direction == "high"]
        return [
            *self._state.episodes.settle(
                vital, at,
                holds=any(t.holds for t in highs), pending=any(t.pending for t in highs),
            )
        ]  # fmt: skip

    # --- technical conditions ---------------------------------------------------------------

    def _timers(self) -> list[tuple[tuple[Step, ...], float]]:
        """Everything that becomes an alarm by lapse of time: (steps, since)."""
        state = self._state
        timers = [(self._steps(silence.NO_DATA[v]), since) for v, since in state.silence.items()]
        timers += [(self._steps(silence.OFFLINE), since) for since in state.offline.values()]
        if state.last_dose_at is not None:
            due, steps = self._overdue_from(state.last_dose_at)
            timers.append((steps, due))
        return timers

    def _steps(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return steps if self._state.doses else silence.before_dose(steps)

    def _overdue_from(self, dosed_at: float) -> tuple[float, tuple[Step, ...]]:
        state = self._state
        due = state.schedule.due(state.protocol, dosed_at)
        minute = (due - dosed_at) / 60
        at_peak = state.protocol.onset_until <= minute <= state.protocol.peak_until
        steps = silence.OVERDUE_AT_PEAK if at_peak else silence.OVERDUE
        # A cuff that is inflating is not overdue yet.
        started = state.schedule.measuring
        if started is not None and started >= due:
            due = max(due, started + MEASURING_S - steps[0].after)
        return due, steps

    def _technical(self, at: float) -> list[Event]:
        state, events = self._state, list[Event]()
        for vital, since in state.silence.items():
            standing = any(
                a.vital is not None and silence.watched_as(a.vital) == vital
                for a in state.alarms.standing.values()
                if a.kind == "physiological"
            )
            step = reached(self._steps(silence.NO_DATA[vital]), since, at)
            if step is not None:
                reason = silence.no_data_reason(vital, step.after, standing=standing)
                events += self._hold_timed("no_data", step, since, at, reason, vital=vital)
        for device, since in state.offline.items():
            step = reached(self._steps(silence.OFFLINE), since, at)
            if step is not None:
                reason = silence.offline_reason(device, step.after)
                events += self._hold_timed("device_offline", step, since, at, reason, device=device)
        return events + self._overdue(at)

    def _overdue(self, at: float, over: str = silence.TAKEN) -> list[Event]:
        """over: why what stood for an earlier check is over."""
        state, events = self._state, list[Event]()
        if state.last_dose_at is None:
            return []
        planned = state.schedule.due(state.protocol, state.last_dose_at)
        standing = state.alarms.standing.get("bp_overdue")
        if standing is not None and standing.onset != planned:
            events += self._clear("bp_overdue", at, over)
            standing = None
        due, steps = self._overdue_from(state.last_dose_at)
        step = reached(steps, due, at)
        # A cuff that begins to inflate keeps an alarm from growing; only its reading ends it.
        if step is None or (standing and RANK[step.priority] < RANK[standing.priority]):
            return events
        reason = silence.overdue_reason((planned - state.last_dose_at) / 60, step.after)
        return events + self._hold_timed("bp_overdue", step, planned, at, reason, vital="sbp")

    def _hold_timed(
        self, condition: str, step: Step, since: float, at: float, reason: str,
        *, vital: str | None = None, device: str | None = None,
    ) -> list[Event]:  # fmt: skip
        key = condition if condition == "bp_overdue" else f"{condition}:{vital or device}"
        finding = Finding(priority=step.priority, onset=since, reason=reason)
        return self._noticed(
            self._state.alarms.hold(
                key, condition, "technical", finding, at, vital=vital, device=device
            )
        )

    def _clear(self, key: str, at: float, reason: str) -> list[Event]:
        return [*self._state.alarms.release(key, at, reason)]

    def _noticed(self, changes: list[AlarmChanged]) -> list[Event]:
        """A new or worse high alarm is heard, whatever was paused."""
        if any(
            c.alarm.priority == "high" and c.transition in ("raised", "escalated") for c in changes
        ):
            self._state.paused_until = None
        return [*changes]

    def _device_status(self, given: DeviceStatus, now: float) -> list[Event]:
        state = self._state
        if given.device not in state.devices:
            return []
        if given.online:
            return self._online(given.device, now)
        state.offline.setdefault(given.device, now)
        return []

    def _online(self, device: str, now: float) -> list[Event]:
        self._state.offline.pop(device, None)
        return self._clear(f"device_offline:{device}", now, f"Device {device} is back.")

    def _devices_changed(self, given: DevicesChanged, now: float) -> list[Event]:
        state, events = self._state, list[Event]()
        for device in given.remove:
            if state.devices.pop(device, None) is not None:
                state.offline.pop(device, None)
                words = f"Device {device} was taken out of the session by {given.by}."
                events += self._clear(f"device_offline:{device}", now, words)
        for device, kind in given.add.items():
            state.devices[device] = kind
            for vital in silence.PROMISES.get(kind, ()):
                state.silence.setdefault(vital, now)
        promised = {v for kind in state.devices.values() for v in silence.PROMISES.get(kind, ())}
        arrived = {silence.watched_as(vital) for vital in state.newest}
        for vital in sorted(state.silence.keys() - promised - arrived):
            # It never came, and nothing in the session is there to bring it.
            del state.silence[vital]
            words = silence.unpromised_reason(vital, given.by)
            events += self._clear(f"no_data:{vital}", now, words)
        return events

    # --- acts of people ---------------------------------------------------------------------

    def _dose(self, dose: Dose, now: float) -> list[Event]:
        state = self._state
        self._check_dose_time(dose, now)
        situation = view.situation(state, now)
        first = not state.doses
        unmet = gates.hold(situation) if first else gates.booster(situation)
        if unmet and dose.override is None:
            raise GateRefused("The dose waits" if first else "The second dose waits", tuple(unmet))
        state.doses.append(dose)
        if first:
            state.baseline = state.readings.baselines(dose.at)
            state.readings.forget()
            state.thresholds += _thresholds(state, relative=True)
            self._index()
        state.schedule.restart(state.protocol, dose.at, now)
        restarted = self._overdue(now, silence.RESTARTED)
        recorded = DoseRecorded(
            at=now, dose=dose, first=first, baseline=dict(state.baseline),
            unmet=tuple(u.text for u in unmet),
        )  # fmt: skip
        return [recorded, *self._move_phase(now), *restarted, *self._technical(now)]

    def _check_dose_time(self, dose: Dose, now: float) -> None:
        if dose.at > now:
            raise Refused("A dose cannot be recorded ahead of its time.")
        if dose.at < now - BACKDATED_S:
            raise Refused("A dose can be recorded at most 30 min after it was taken.")
        last = self._state.last_dose_at
        if last is not None and dose.at < last:
            raise Refused("A later dose is already on the record.")

    def _refuse_opening(self, given: Opened, now: float) -> list[Event]:
        raise Refused("A session is opened once.")

    def _pause_audio(self, given: AudioPause, now: float) -> list[Event]:
        self._state.paused_until = now + min(max(given.seconds, 0.0), AUDIO_PAUSE_MOST_S)
        return []

    def _acknowledge(self, given: Acknowledged, now: float) -> list[Event]:
        """Seen. What a person reported has no reading to end it: taking it up does."""
        changes = self._state.alarms.acknowledge(given.alarm_id, given.by, now)
        events: list[Event] = [*changes]
        for change in changes:
            if change.alarm.condition in ("symptom", "help_requested"):
                key = f"report:{change.alarm.id}"
                events += self._clear(key, now, f"Taken up by {given.by}.")
        return events

    def _report(self, given: Symptom | Help, now: float) -> list[Event]:
        state, when = self._state, self._when(now)
        if isinstance(given, Help):
            condition, priority = "help_requested", "high"
            reason = reports.help_reason(given.by, when)
        else:
            if given.symptom not in reports.SYMPTOMS:
                raise Refused(f"{given.symptom} is not in the list of symptoms.")
            condition = "symptom"
            priority = reports.SYMPTOMS[given.symptom] or ""
            reason = reports.symptom_reason(given.symptom, given.by, when)
        if not priority:
            return []
        finding = Finding(priority=priority, onset=now, reason=reason)  # type: ignore[arg-type]
        key = f"report:{state.id}-{state.alarms.issued + 1}"
        return self._noticed(state.alarms.hold(key, condition, "physiological", finding, now))

    def _close(self, given: Close, now: float) -> list[Event]:
        state = self._state
        if state.doses:
            unmet = gates.discharge(view.situation(state, now))
        else:
            unmet = [Unmet("reason", "No dose was recorded: closing needs a reason.")]
        if unmet and given.override is None:
            raise GateRefused("The session stays open", tuple(unmet))
        state.closed_at = now
        texts = tuple(u.text for u in unmet)
        closed = Closed(at=now, by=given.by, unmet=texts, override=given.override)
        return [*self._enter("closed", now), closed]

    # --- phases, and what is asked of the cuffs ----------------------------------------------

    def _enter(self, phase: Phase, at: float) -> list[Event]:
        self._state.phase = phase
        return [PhaseChanged(at=at, phase=phase)]

    def _move_phase(self, at: float) -> list[Event]:
        state = self._state
        if state.last_dose_at is None:
            return []
        # The very sums of `_phase_ends`: by another route they may differ in the last bit, and a
        # deadline at which nothing happens comes again for ever.
        phase: Phase = "onset"
        if at >= state.last_dose_at + 60 * state.protocol.peak_until:
            phase = "recovery"
        elif at >= state.last_dose_at + 60 * state.protocol.onset_until:
            phase = "peak"
        return self._enter(phase, at) if phase != state.phase else []

    def _phase_ends(self) -> float | None:
        state = self._state
        if state.last_dose_at is None or state.phase not in ("onset", "peak"):
            return None
        ends = state.protocol.onset_until if state.phase == "onset" else state.protocol.peak_until
        return state.last_dose_at + 60 * ends

    def next_check(self) -> NextCheck | None:
        """The next pressure reading that is wanted, whether or not a cuff can be asked."""
        state = self._state
        if state.closed_at is not None:
            return None
        if state.last_dose_at is None:
            wanted = len(state.protocol.bp_minutes_before)
            if state.readings.taken() >= wanted:
                return None
            last = state.schedule.last
            due = state.opened_at if last is None else last + BEFORE_DOSE_EVERY_S
            return NextCheck(due, overdue=due + GRACE_S < state.now, reason="schedule")
        due, reason = state.schedule.due(state.protocol, state.last_dose_at), "schedule"
        last = state.schedule.last
        if last is not None and self._pressure_alarm() and last >= state.last_dose_at:
            extra = last + 60 * state.protocol.bp_extra_every
            if extra < due:
                due, reason = extra, "confirm"
        return NextCheck(due, overdue=due + GRACE_S < state.now, reason=reason)

    def _pressure_alarm(self) -> bool:
        standing = self._state.alarms.standing.values()
        return any(a.vital in PRESSURES and a.kind == "physiological" for a in standing)

    def _cuffs_due(self) -> float | None:
        """When to ask the cuffs next."""
        state = self._state
        if "cuff" not in state.devices.values():
            return None
        ask = self._next_ask()
        due = None if ask is None else max(ask.due, state.now)
        return min((d for d in (due, state.confirm_at) if d is not None), default=None)

    def _next_ask(self) -> NextCheck | None:
        """The reading that the cuffs are asked for next; once for each that is wanted."""
        state, check = self._state, self.next_check()
        asked = state.schedule.asked
        if check is None or asked is None or check.due > asked:
            return check
        if state.last_dose_at is None:
            return None
        # It was asked for and did not come. The next on the list is wanted all the same, and while
        # a pressure alarm stands so is another try.
        planned = state.schedule.due(state.protocol, state.last_dose_at)
        wanted = [NextCheck(planned, overdue=False, reason="schedule")] if planned > asked else []
        again = asked + 60 * state.protocol.bp_extra_every
        if check.reason == "confirm" and again <= check.due + EXTRA_TRIES_S:
            wanted.append(NextCheck(again, overdue=False, reason="confirm"))
        return min(wanted, key=lambda c: c.due, default=None)

    def _ask_cuffs(self, at: float) -> list[Event]:
        state, events = self._state, list[Event]()
        if "cuff" not in state.devices.values():
            return []
        if state.confirm_at is not None and at >= state.confirm_at:
            state.confirm_at = None
            if any(t.wants_repeat for vital in PRESSURES for t in self._by_vital.get(vital, ())):
                events += self._ask_now(at, state.confirm_by)
        ask = self._next_ask()
        if ask is not None and ask.due <= at:
            state.schedule.asked = at
            reason = "scheduled" if ask.reason == "schedule" else "confirm"
            events += self._command(at, reason, at + silence.OVERDUE[0].after)
        return events

    def _ask_repeat(self, threshold: Threshold, at: float) -> None:
        """A crossing waits for its repeat: ask for one, once for each crossing."""
        state, since = self._state, threshold.waits_since
        assert since is not None
        if "cuff" not in state.devices.values():
            return
        if state.confirm_for is not None and since <= state.confirm_for:
            return
        state.confirm_for = since
        state.confirm_at = at + REPEAT_ASKED_AFTER_S
        state.confirm_by = at + threshold.ways.repeat_until

    def _ask_now(self, at: float, by: float) -> list[Event]:
        """Ask for a repeat now, or as soon as the arm has had its rest since the last one."""
        state, asked = self._state, self._state.confirmed_at
        if asked is not None and at < asked + CUFF_REST_S:
            state.confirm_at = asked + CUFF_REST_S
            state.confirm_by = max(by, state.confirm_at + CUFF_REST_S)
            return []
        state.confirmed_at = at
        return self._command(at, "confirm", by)

    def _command(self, at: float, reason: str, by: float) -> list[Event]:
        cuffs = tuple(d for d, kind in self._state.devices.items() if kind == "cuff")
        if not cuffs:
            return []
        return [Commanded(at=at, reason=reason, by=by, devices=cuffs)]  # type: ignore[arg-type]

    def _when(self, at: float) -> str:
        dosed = self._state.last_dose_at
        return "before the dose" if dosed is None else f"{(at - dosed) / 60:.0f} min after the dose"

    def _index(self) -> None:
        self._by_vital: dict[str, list[Threshold]] = {}
        for threshold in self._state.thresholds:
            self._by_vital.setdefault(threshold.vital, []).append(threshold)


def _in_time(judgement: Judgement, late: str, doubt: str) -> Judgement:
    """What a reading's time does to what was thought of its value; impossible stays impossible."""
    if judgement[0] == "rejected":
        return judgement
    if late:
        return "late", late
    return ("suspect", doubt) if doubt and judgement[0] == "accepted" else judgement


class _Version(msgspec.Struct):
    version: int


def _thresholds(state: State, *, relative: bool) -> list[Threshold]:
    """The protocol's limits, resolved, one condition each."""
    grouped: dict[str, Threshold] = {}
    for limit in state.protocol.limits:
        number = limit.threshold(state.baseline.get(limit.vital))
        if limit.relative is not relative or number is None:
            continue
        threshold = grouped.setdefault(
            limit.condition, Threshold(limit.condition, limit.vital, limit.direction, [])
        )
        source = f"protocol {state.protocol.id}: {limit.source}"
        threshold.levels.append(Level(limit.priority, number, source, limit.delay))
    for threshold in grouped.values():
        threshold.levels.sort(key=lambda level: RANK[level.priority])
        _nest(threshold)
    return list(grouped.values())


def _nest(threshold: Threshold) -> None:
    """What is beyond a priority's limit is beyond every lower one's, whatever the numbers say."""
    nearer = min if threshold.direction == "high" else max
    for lower, higher in reversed(list(pairwise(threshold.levels))):
        lower.limit = nearer(lower.limit, higher.limit)


def _carry_extreme(alarm: object, threshold: Threshold) -> None:
    alarm.extreme, alarm.extreme_at = threshold.extreme, threshold.extreme_at  # type: ignore[attr-defined]


def _refresh_extreme(events: list[Event], threshold: Threshold) -> None:
    """Copies in events were taken before the extreme was carried over."""
    for event in events:
        if isinstance(event, AlarmChanged) and event.alarm.condition == threshold.name:
            _carry_extreme(event.alarm, threshold)
