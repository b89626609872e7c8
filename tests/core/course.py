"""One session played by hand, for tests that read like a timetable.

Times are seconds since the session was opened. `Course` passes every input to an `Encounter` and
keeps all events, as they are recorded, so that a test can check the decisions afterwards.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from monitor.core.encounter import Encounter
from monitor.core.protocol.limit import AlarmLimit
from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.protocol import Protocol
from monitor.core.sentences.english import english, in_words
from monitor.core.vocabulary.events import (
    Alarm,
    AlarmChanged,
    Commanded,
    Event,
    Judged,
    Notice,
    Rejudged,
)
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    AskForHelp,
    Attended,
    AudioPause,
    ChangeDevices,
    Close,
    Contact,
    ContactsChanged,
    DeviceStatus,
    Dose,
    Facts,
    Input,
    Interrupted,
    NoticeDeclined,
    NoticeReported,
    Override,
    ServiceFault,
    Symptom,
)
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.status import Status
from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import Change, FaultCondition, Priority

START: Final = 1_795_428_000.0
DEVICES: Final = {"strap": "heart_rate", "cuff": "cuff", "thermo": "thermometer"}
GOES_AHEAD: Final = Override("r.hill", "looked at it, goes ahead", "dr.voss")

Told = tuple[float, Change, str, Priority]


def living(value: float, number: int) -> float:
    """A steady living heart rate: one reading in thirty is one beat less. No heart is constant."""
    return value - (number % 30 == 14)


class Course:
    """An encounter, and its events so far."""

    def __init__(
        self,
        protocol: Protocol | str = "sl_home",
        *,
        devices: dict[str, str] | None = None,
        start: float = START,
        **facts: Any,
    ) -> None:
        self.start = start
        preset = PRESETS[protocol] if isinstance(protocol, str) else protocol
        known: dict[str, Any] = {"sitter": True, "reachable": True} | facts
        known["devices"] = DEVICES if devices is None else devices
        about = Facts(protocol=preset.id, **known)
        self.encounter, opened = Encounter.open("e-1", about, preset, start)
        self.events = [in_words(event) for event in opened]
        self._numbers: dict[str, int] = {}
        self._sent: dict[str, Observation] = {}

    # --- inputs -----------------------------------------------------------------------------

    def apply(self, t: float, given: Input) -> list[Event]:
        return self._keep(self.encounter.apply(given, self.start + t))

    def advance(self, t: float) -> list[Event]:
        return self._keep(self.encounter.advance(self.start + t))

    def observe(
        self, t: float, device: str, values: dict[str, float], *,
        measured: float | None = None, sent: float | None = None, **about: Any,
    ) -> list[Event]:  # fmt: skip
        """Send a reading that arrives at `t`. measured, sent: by the device's clock, as `t`."""
        if "seq" not in about and device:
            about["seq"] = self._numbers[device] = self._numbers.get(device, 0) + 1
        observation = Observation(
            issued=self.start + t, device=device, values=values,
            effective=None if measured is None else self.start + measured,
            sent=None if sent is None else self.start + sent, **about,
        )  # fmt: skip
        self._sent[device] = observation
        return self._keep(self.encounter.observe(observation, self.start + t))

    def again(self, t: float, device: str) -> list[Event]:
        """Deliver the device's newest message once more."""
        once_more = msgspec.structs.replace(self._sent[device], issued=self.start + t)
        return self._keep(self.encounter.observe(once_more, self.start + t))

    def hr(self, t: float, value: float, **about: Any) -> list[Event]:
        return self.observe(t, "strap", {"hr": value}, **about)

    def beat(self, since: float, until: float, value: float) -> list[Event]:
        """Send a living heart rate once a second, from `since` up to and including `until`."""
        events: list[Event] = []
        for number in range(int(until - since) + 1):
            events += self.hr(since + number, living(value, number))
        return events

    def stand_still(self, since: float, until: float, value: float, **about: Any) -> list[Event]:
        """Send exactly the same heart rate once a second, unlike any heart."""
        events: list[Event] = []
        for number in range(int(until - since) + 1):
            events += self.hr(since + number, value, **about)
        return events

    def bp(self, t: float, sbp: float, dbp: float, **about: Any) -> list[Event]:
        return self.observe(t, "cuff", {"sbp": sbp, "dbp": dbp}, **about)

    def record(
        self, t: float, sbp: float, dbp: float, *, stamp: float | None, **about: Any
    ) -> list[Event]:
        """Send a cuff's own record, raw; stamp: the time by its clock, in seconds of that clock."""
        about = {"record": True, "stamp": stamp, "seq": None} | about
        return self.observe(t, "cuff", {"sbp": float(sbp), "dbp": float(dbp)}, **about)

    def inflates(self, t: float) -> list[Event]:
        return self.observe(t, "cuff", {}, measuring=True, seq=None)

    def temp(self, t: float, value: float, **about: Any) -> list[Event]:
        return self.observe(t, "thermo", {"temp": value}, **about)

    def stay(self, since: float, vital: str, value: float) -> None:
        """Keep a value: a strap's every second for 40 s, any other every 70 s for 6 min."""
        if vital == "hr":
            self.stand_still(since, since + 40, value)
            return
        for n in range(6):
            self.observe(since + 70 * n, "device", {vital: value})

    def dose(
        self, t: float, *, at: float | None = None, override: Override | None = GOES_AHEAD
    ) -> list[Event]:
        """Record a dose at `t`, taken at `at`; by default it overrides any gate."""
        taken = self.start + (t if at is None else at)
        return self.apply(t, Dose(taken, "ketamine", "sublingual", 100.0, "r.hill", override))

    def acknowledge(self, t: float, alarm_id: str, by: str = "m.keller") -> list[Event]:
        return self.apply(t, Acknowledged(alarm_id, by))

    def status_of(self, t: float, device: str, *, online: bool) -> list[Event]:
        return self.apply(t, DeviceStatus(device, online))

    def fault(self, t: float, condition: FaultCondition, reason: str = "") -> list[Event]:
        return self.apply(t, ServiceFault(condition, reason))

    def fault_over(self, t: float, condition: FaultCondition, reason: str = "") -> list[Event]:
        return self.apply(t, ServiceFault(condition, reason, over=True))

    def contacts(self, t: float, *contacts: Contact) -> list[Event]:
        return self.apply(t, ContactsChanged(contacts))

    def attended(self, t: float, watched: bool, since: float | None = None) -> list[Event]:
        return self.apply(t, Attended(watched, None if since is None else self.start + since))

    def reported(self, t: float, alarm_id: str, contact: int, *, ok: bool) -> list[Event]:
        return self.apply(t, NoticeReported(alarm_id, contact, ok, "" if ok else "no answer"))

    def declined(self, t: float, alarm_id: str, contact: int, *kept_back: int) -> list[Event]:
        return self.apply(t, NoticeDeclined(alarm_id, contact, "Anna (by PIN)", kept_back))

    def interrupted(self, t: float, since: float) -> list[Event]:
        why = Reason("not_running")
        given = Interrupted(self.start + since, self.start + t, english(why), why)
        return self.apply(t, given)

    def change_devices(
        self, t: float, *, add: dict[str, str] | None = None, remove: Sequence[str] = ()
    ) -> list[Event]:
        return self.apply(t, ChangeDevices("r.hill", add or {}, tuple(remove)))

    def symptom(self, t: float, symptom: str) -> list[Event]:
        return self.apply(t, Symptom(symptom, "sitter"))

    def help(self, t: float) -> list[Event]:
        return self.apply(t, AskForHelp("sitter"))

    def pause_audio(self, t: float, seconds: float) -> list[Event]:
        return self.apply(t, AudioPause(seconds, "m.keller"))

    def close(self, t: float, override: Override | None = GOES_AHEAD) -> list[Event]:
        return self.apply(t, Close("r.hill", override))

    def _keep(self, events: list[Event]) -> list[Event]:
        recorded = [in_words(event) for event in events]
        self.events += recorded
        return recorded

    # --- results ----------------------------------------------------------------------------

    @property
    def deadline(self) -> float | None:
        deadline = self.encounter.deadline
        return None if deadline is None else deadline - self.start

    def status(self, t: float) -> Status:
        self.advance(t)
        return self.encounter.status(self.start + t)

    def told(self, *conditions: str) -> list[Told]:
        """Every transition so far (of these conditions): time, transition, condition, priority."""
        return told(self.events, self.start, *conditions)

    def standing(self, condition: str) -> Alarm | None:
        """The present occurrence of this condition, if it holds."""
        book = self.encounter.state.alarms
        found = [a for a in book.standing.values() if a.condition == condition]
        assert len(found) <= 1
        return found[0] if found else None

    def priority(self, condition: str) -> Priority | None:
        alarm = self.standing(condition)
        return None if alarm is None else alarm.priority

    def judged(self, vital: str) -> list[Judged]:
        return [e for e in self.events if isinstance(e, Judged) and e.vital == vital]

    def rows(self, vital: str) -> list[tuple[float, str, str]]:
        """Value, state and reason of each row on the record, as judged by now."""
        found = {j.key: (j.value, str(j.state), j.reason) for j in self.judged(vital)}
        for event in self.events:
            if isinstance(event, Rejudged):
                for key in event.keys:
                    if key in found:
                        found[key] = (found[key][0], event.state, event.reason)
        return list(found.values())

    def states(self, vital: str) -> list[str]:
        return [state for _, state, _ in self.rows(vital)]

    def unmet(self, t: float) -> list[str]:
        """Ids of the unmet conditions of the next act's gate; for alarms "alarm"."""
        return [u.id.partition(":")[0] for u in self.status(t).gates[0].unmet]

    def notices(self) -> list[tuple[float, int]]:
        """Time and contact of each notice."""
        return [(e.at - self.start, e.contact) for e in self.events if isinstance(e, Notice)]

    def commands(self, reason: str = "") -> list[float]:
        """Times at which the cuffs were asked to measure."""
        return [
            e.at - self.start
            for e in self.events
            if isinstance(e, Commanded) and reason in ("", e.reason)
        ]


def dosed(protocol: Protocol | str = "sl_home", **about: Any) -> Course:
    """A session with its three readings before the dose; the dose is at 700 s."""
    course = Course(protocol, devices={"cuff": "cuff"}, **about)
    for n in range(3):
        course.bp(10 + 300 * n, 120 + n, 80)
    course.dose(700)
    return course


def ticking(course: Course, since: float, until: float, ahead: float) -> None:
    """Send one reading a second from a strap whose clock is `ahead` of ours."""
    t = since
    while t < until:
        course.hr(t, 70, measured=t - 0.5 + ahead, sent=t + ahead)
        t += 1.0


def changes(events: Iterable[Event], *conditions: str) -> list[AlarmChanged]:
    return [
        e
        for e in events
        if isinstance(e, AlarmChanged) and (not conditions or e.alarm.condition in conditions)
    ]


def told(events: Iterable[Event], start: float, *conditions: str) -> list[Told]:
    return [
        (e.at - start, e.transition, e.alarm.condition, e.alarm.priority)
        for e in changes(events, *conditions)
    ]


def only(*limits: AlarmLimit, preset: str = "sl_home") -> Protocol:
    """A preset with these limits and no others."""
    return msgspec.structs.replace(PRESETS[preset], limits=limits)
