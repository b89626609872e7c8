"""One dosing session: the only entry point to the core.

Methods take inputs and times and return events; `deadline` is the time of the next call if no input
comes. Decisions that fell due before an input are made before it, at the moment when they fell due,
so it does not matter how often `advance` is called.

The packages behind it work on one `State`: `detection` takes readings of devices, compares them
with limits, raises alarms and episodes, and requests measurements from cuffs; `technical` watches
for silence and faults; `acts` applies the acts of people; `notices` decides who is notified.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec

from monitor.core.acts import (
    acknowledge,
    change_devices,
    check,
    close,
    dose,
    own_limit,
    rebaseline,
    report,
    supervision,
)
from monitor.core.acts.correct import correct_dose, correct_fact, correct_reading
from monitor.core.alarms.signal import AlarmBook
from monitor.core.alarms.steps import upcoming
from monitor.core.detection import crossings, cuff_requests, limits_in_force, phases
from monitor.core.detection.expected_course import uppers
from monitor.core.detection.readings import cuff_records, cuff_users, readings
from monitor.core.encounter import view
from monitor.core.notices import audio, escalation
from monitor.core.protocol.protocol import Protocol
from monitor.core.state import SNAPSHOT_VERSION, State
from monitor.core.state.devices import SessionDevice
from monitor.core.state.session import DosingSession
from monitor.core.state.supervision import SessionSupervision, Supervisor
from monitor.core.technical import (
    device_flooding,
    device_offline,
    monitoring_gaps,
    no_data,
    sequence_gap,
    service_faults,
    timers,
    unattended,
)
from monitor.core.vocabulary.events import (
    AlarmChanged,
    Closed,
    DoseRecorded,
    Event,
    Judged,
    PhaseChanged,
)
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    AskForHelp,
    Attended,
    AudioPause,
    ChangeDevices,
    Checked,
    Close,
    ContactsChanged,
    CorrectDose,
    CorrectFact,
    CorrectReading,
    CuffUser,
    DeviceFlooding,
    DeviceStatus,
    Dose,
    Facts,
    HandOver,
    Input,
    Interrupted,
    LimitChanged,
    MeasuredNow,
    Note,
    NoticeDeclined,
    NoticeReported,
    Observed,
    Opened,
    Override,
    Rated,
    Rebaselined,
    ServiceFault,
    Symptom,
    TakeOver,
)
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.status import NextCheck, Status
from monitor.core.vocabulary.vitals import VITALS, Observation

# The handler of each input: it changes the state and returns the immediate decisions. That of a
# person's act has the name of the act, from the route to the form.
_ACTS: Final[dict[type, Callable[[State, Any, float], list[Event]]]] = {
    Observed: readings.observe,
    DeviceStatus: device_offline.device_status,
    ServiceFault: service_faults.change,
    DeviceFlooding: device_flooding.change,
    Interrupted: monitoring_gaps.interrupted,
    ChangeDevices: change_devices.change_devices,
    MeasuredNow: cuff_records.measured_now,
    CuffUser: cuff_users.cuff_user,
    Dose: dose.dose,
    CorrectFact: correct_fact.correct_fact,
    CorrectDose: correct_dose.correct_dose,
    CorrectReading: correct_reading.correct_reading,
    LimitChanged: own_limit.limit,
    Rebaselined: rebaseline.rebaseline,
    Checked: check.check,
    HandOver: supervision.hand_over,
    TakeOver: supervision.take_over,
    ContactsChanged: escalation.contacts_changed,
    Attended: unattended.change,
    NoticeReported: escalation.reported,
    NoticeDeclined: escalation.declined,
    Acknowledged: acknowledge.acknowledge,
    Symptom: report.symptom,
    AskForHelp: report.ask_for_help,
    Rated: acknowledge.rate,
    Note: report.note,
    AudioPause: audio.audio_pause,
    Close: close.close,
    Opened: dose.refuse_opening,
}


# The handlers of acts that a gate may stop, for replay: a recorded act has passed its gate.
_PASSED: Final[dict[type, Callable[[State, Any, float, Any], list[Event]]]] = {
    Dose: dose.dose,
    Close: close.close,
}


# Inputs that are accepted after the close: they change the record and have no further effect.
_CORRECTING: Final = (CorrectFact, CorrectDose, CorrectReading)
_AFTERWARDS: Final = (Acknowledged, Note, Rated, *_CORRECTING)

_OF_DEVICES: Final = (Observed, DeviceStatus)
STREAMS: Final = frozenset(code for code, sign in VITALS.items() if sign.stream is not None)


def _only_of_streams(given: Input, events: list[Event]) -> bool:
    """Return whether the input is a reading of streams that only led to verdicts on it."""
    if type(given) is not Observed or given.observation.measuring:
        return False
    for vital in given.observation.values:
        if vital not in STREAMS:
            return False
    for event in events:
        if type(event) is not Judged:
            return False
    return bool(given.observation.values)


def _sender(state: State, given: Input) -> SessionDevice | None:
    """Return what is watched of the device that sent the reading; None: nothing, or no reading."""
    if type(given) is not Observed:
        return None
    return state.devices.known.get(given.observation.device)


def _timed(state: State, sender: SessionDevice | None) -> bool:
    """Return whether a reading of a stream may move a deadline other than its stream's."""
    if sender is not None and (sender.offline is not None or sender.hole is not None):
        return True
    return bool(state.alarms.fallen)


def _soonest(*moments: float | None) -> float | None:
    soonest = None
    for moment in moments:
        if moment is not None and (soonest is None or moment < soonest):
            soonest = moment
    return soonest


class Snapshot(msgspec.Struct):
    version: int
    state: State


class _Version(msgspec.Struct):
    version: int


class Encounter:
    """A pure state machine over `State`. Methods return events; a refused act has no effect."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._others: float | None = None
        self._notice = escalation.deadline(state)
        self._deadline = self._next_deadline()

    @classmethod
    def open(
        cls, encounter_id: str, facts: Facts, protocol: Protocol, now: float, by: str = ""
    ) -> tuple["Encounter", list[Event]]:
        """Open a new session. Timers of silence start here, not at the first reading."""
        state = State(
            now=now, alarms=AlarmBook(encounter_id),
            session=DosingSession(id=encounter_id, facts=facts, protocol=protocol, opened_at=now),
            supervision=SessionSupervision(Supervisor(by, now)),
        )  # fmt: skip
        state.limits.put_in_force(limits_in_force.thresholds(state))
        cuff_users.register(state, facts.users)
        for device, kind in facts.devices.items():
            state.devices.register(device, kind)
            no_data.promise(state, kind, now)
        return cls(state), [PhaseChanged(at=now, phase="preparation")]

    # --- inputs -----------------------------------------------------------------------------

    def observe(self, observation: Observation, now: float) -> list[Event]:
        return self.apply(Observed(observation), now)

    def acknowledge(self, alarm_id: str, by: str, now: float) -> list[Event]:
        return self.apply(Acknowledged(alarm_id, by), now)

    def dose(self, dose: Dose, now: float) -> list[Event]:
        return self.apply(dose, now)

    def close(self, now: float, by: str, override: Override | None = None) -> list[Event]:
        return self.apply(Close(by, override), now)

    def apply(
        self, given: Input, now: float, *, recorded: DoseRecorded | Closed | None = None
    ) -> list[Event]:
        """Apply any input. Raise `Refused` or `GateRefused`; then only time has passed.

        Events of that time are not lost with the refused act: the next call returns them.
        recorded: the outcome of a dose or a close in a journal, see `replaying`
        """
        state = self._state
        correcting = state.session.closed_at is not None and isinstance(given, _CORRECTING)
        before = self.advance(state.now if correcting else now)
        sender = _sender(state, given)
        busy = _timed(state, sender)
        try:
            if state.session.closed_at is not None:
                if not isinstance(given, _AFTERWARDS):
                    raise Refused(Reason("session_closed"))
                if isinstance(given, _CORRECTING):
                    # Its events have the time of the act; the state's time stays that of the close.
                    events = before + _ACTS[type(given)](state, given, now)
                    self._deadline = self._next_deadline()
                    return events
            if recorded is None:
                events = _ACTS[type(given)](state, given, state.now)
            else:
                events = _PASSED[type(given)](state, given, state.now, recorded)
        except Refused:
            state.undelivered = before
            self._deadline = self._next_deadline()
            raise
        if (
            busy
            or _timed(state, sender or _sender(state, given))
            or not _only_of_streams(given, events)
        ):
            events += self._tell(events, state.now, by_device=isinstance(given, _OF_DEVICES))
            self._others = self._deadline_of_others()
        self._deadline = _soonest(self._others, self._deadline_of_streams())
        return before + events if before else events

    def advance(self, now: float) -> list[Event]:
        """Move the time to `now`. Every decision due until then is made at its own moment."""
        state = self._state
        events, state.undelivered = state.undelivered, []
        while self._deadline is not None and self._deadline <= now:
            state.now = max(self._deadline, state.now)
            events += self._fall_due(state.now)
            self._deadline = self._next_deadline()
        state.now = max(now, state.now)
        return events

    def _fall_due(self, at: float) -> list[Event]:
        state = self._state
        events = phases.move(state, at)
        events += crossings.fall_due(state, at)
        events += crossings.fall(state, at)
        events += timers.fall_due(state, at)
        events += cuff_records.fall_due(state, at)
        events += cuff_requests.ask(state, at)
        events += state.alarms.persist(at, partial(crossings.newest, state))
        return events + self._tell(events, at, by_device=True)

    def _tell(self, events: list[Event], at: float, *, by_device: bool) -> list[Event]:
        """Return the notices that follow from decisions.

        Readings and time change notices only through alarms. Without such a change the contacts are
        not searched, since that costs more with each of them.
        """
        due = self._notice is not None and self._notice <= at
        moved = due or any(type(event) is AlarmChanged for event in events)
        if by_device and not moved:
            return []
        audio.follow(self._state, events)
        told, self._notice = escalation.follow(self._state, events, at)
        return told

    def reword_undelivered(self, change: Callable[[list[Event]], list[Event]]) -> None:
        """change: what the next call is to return, from what it would have returned."""
        self._state.undelivered = change(self._state.undelivered)

    # --- deadlines ----------------------------------------------------------------------------
    #
    # Nearly every input is a heart rate that changes nothing but its own stream's timers. All other
    # deadlines are cached from the last input that may have moved them.

    def _next_deadline(self) -> float | None:
        self._others = self._deadline_of_others()
        return _soonest(self._others, self._deadline_of_streams())

    def _deadline_of_others(self) -> float | None:
        state = self._state
        if state.undelivered:
            return state.now
        if state.session.closed_at is not None:
            return None
        due = [
            upcoming(steps, since, state.now) for steps, since in timers.timers(state, but=STREAMS)
        ]
        due += [t.deadline for t in state.limits.thresholds if t.active and t.vital not in STREAMS]
        return _soonest(
            *due,
            self._notice,
            state.alarms.deadline,
            phases.ends(state),
            cuff_requests.deadline(state),
            cuff_records.deadline(state),
        )

    def _deadline_of_streams(self) -> float | None:
        # Inlined instead of `_soonest`: two calls at every reading cost a twentieth of its time.
        state, soonest = self._state, None
        if state.session.closed_at is not None:
            return None
        silence, after = state.vitals.silence, no_data.steps_in_force(state)
        for vital in STREAMS:
            since = silence.get(vital)
            if since is not None:
                due = upcoming(after[vital], since, state.now)
                if due is not None and (soonest is None or due < soonest):
                    soonest = due
        for threshold in state.limits.thresholds:
            if threshold.active and threshold.vital in STREAMS:
                due = threshold.deadline
                if due is not None and (soonest is None or due < soonest):
                    soonest = due
        return soonest

    # --- results ----------------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self._state.session.id

    @property
    def state(self) -> State:
        """The state, to read only."""
        return self._state

    @property
    def deadline(self) -> float | None:
        """The latest time for the next call of `advance`; None: no deadline."""
        due = self._deadline
        # An input applied long after its receipt may set a deadline in the past: it is due now.
        return None if due is None else max(due, self._state.now)

    def next_check(self) -> NextCheck | None:
        """Return the next pressure reading that is due, with or without a cuff to ask for it."""
        return cuff_requests.next_check(self._state)

    def expected(self, until: float) -> dict[str, list[float]]:
        """Return vital sign -> its highest expected values, each minute from the first dose on."""
        return uppers(self._state, until)

    def misses(self, device: str, count: str, first: int, last: int) -> bool:
        """Return whether the numbers of a device's count that did not come are a loss."""
        source = self._state.devices.sources.get(device)
        boot = None if source is None else source.arrivals.boots.get(count)
        return boot is None or sequence_gap.is_loss(boot, first, last)

    def status(self, now: float) -> Status:
        return view.status(self._state, max(now, self._state.now), self.next_check())

    def snapshot(self) -> bytes:
        return msgspec.json.encode(Snapshot(SNAPSHOT_VERSION, self._state))

    @staticmethod
    def reads(raw: bytes) -> bool:
        """Return whether `restore` reads snapshots of this one's version."""
        return msgspec.json.decode(raw, type=_Version).version == SNAPSHOT_VERSION

    @classmethod
    def restore(cls, raw: bytes) -> "Encounter":
        """Restore a snapshot. Raise `ValueError` for another version: then replay the journal."""
        if not cls.reads(raw):
            raise ValueError(f"the snapshot version is not {SNAPSHOT_VERSION}")
        return cls(msgspec.json.decode(raw, type=Snapshot).state)
