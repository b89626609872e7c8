"""Random walks as data: any input that a session can receive, at any time and in any order.

`scripts.py` generates realistic sessions; here the inputs need not make sense. Times in a drawn
input are seconds from the moment of its arrival, so that a walk is valid at any hour and shrinks
well.
"""

from collections.abc import Iterator, Sequence
from typing import Final, get_args

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.checks import CHECKS
from monitor.core.vocabulary.events import AlarmChanged, Event, Judged
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    AskForHelp,
    Attended,
    AudioPause,
    ChangeDevices,
    Checked,
    Close,
    Contact,
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
from monitor.core.vocabulary.symptoms import RISK_FACTORS, SYMPTOMS
from monitor.core.vocabulary.vitals import VITALS, Flag, Observation
from monitor.core.vocabulary.words import FaultCondition, Priority
from tests.core.course import START

ID: Final = "e-1"
KINDS: Final[tuple[type[Input], ...]] = get_args(Input)

Struct = msgspec.Struct


class Again(Struct, frozen=True):
    """A reading is delivered once more. back: the number of readings since."""

    back: int


class Step(Struct, frozen=True):
    wait: float
    given: Input | Again


Walk = list[Step]

# --- people and devices -------------------------------------------------------------------------

DEVICES: Final = {
    "strap": "heart_rate", "band": "heart_rate", "cuff": "cuff", "shared": "cuff",
    "thermo": "thermometer", "gate": "gateway",
}  # fmt: skip
PEOPLE: Final = ("m.keller", "r.hill")
MINUTE: Final = 60.0
DAY: Final = 86_400.0
# A device's clock may start anywhere: how far a cuff's clock is ahead of ours at any time, s, and
# how long before the session a gateway that sends its uptime in ms was started.
CUFF_AHEAD: Final = -9e6
UPTIME_S: Final = 30 * DAY

devices: Final = st.sampled_from((*DEVICES, "unknown"))
people: Final = st.sampled_from(PEOPLE)
reasons: Final = st.sampled_from(("", "asked to"))
GOES_AHEAD: Final = Override("r.hill", "goes ahead")
# The object of an input is drawn as a place among the walk's results so far, from the newest.
places: Final = st.integers(0, 8).map(str)
users: Final = st.dictionaries(st.sampled_from(("cuff", "shared")), st.integers(1, 2), max_size=1)
priorities: Final = st.sampled_from(get_args(Priority))

facts: Final = st.builds(
    Facts,
    protocol=st.sampled_from(tuple(PRESETS)),
    birth_year=st.sampled_from((None, 1950, 1990)),
    risk_factors=st.lists(st.sampled_from(tuple(RISK_FACTORS)), max_size=2, unique=True).map(tuple),
    devices=st.sampled_from(
        (DEVICES, DEVICES, DEVICES, {}, {"cuff": "cuff"}, {"strap": "heart_rate"})
    ),
    sitter=st.booleans(), reachable=st.booleans(), users=users,
)  # fmt: skip


def _stretches() -> st.SearchStrategy[tuple[tuple[float, float], ...]]:
    """Stretches of duty or of quiet hours, s from now."""
    ends = st.sampled_from(((-100.0, 600.0), (600.0, 5000.0), (0.0, 0.0)))
    return st.lists(ends, max_size=2).map(tuple)


contacts: Final = st.builds(
    Contact, id=st.integers(1, 3), name=st.just("Dr One"),
    after_s=st.sampled_from((0.0, 30.0, 600.0)), order=st.integers(0, 1),
    user=st.sampled_from(("", "r.hill")), person=st.booleans(), low=st.booleans(),
    duty=st.none() | _stretches(), quiet=_stretches(),
)  # fmt: skip

# --- messages of devices ------------------------------------------------------------------------

VALUES: Final = {
    "hr": (0.0, 36.0, 47.0, 60.0, 72.0, 72.0, 121.0, 146.0, 250.0),
    "sbp": (20.0, 86.0, 118.0, 128.0, 146.0, 168.0, 186.0, 300.0),
    "dbp": (55.0, 76.0, 82.0, 99.0, 114.0, 170.0),
    "map": (0.0, 90.0, 100.0),
    "temp": (12.0, 36.6, 37.9, 39.5),
}
PRESSURES: Final = ((118.0, 76.0), (128.0, 82.0), (146.0, 92.0), (168.0, 99.0), (186.0, 112.0))
AGES: Final = (None, None, 0.0, 0.25, 3.0, 61.0, 599.0, 601.0, 4000.0, -900.0)

pairs: Final = st.sampled_from(PRESSURES).map(lambda p: {"sbp": p[0], "dbp": p[1]})
any_values: Final = st.fixed_dictionaries(
    {}, optional={vital: st.sampled_from(values) for vital, values in VALUES.items()}
)
measured: Final = st.sampled_from(AGES).map(lambda age: None if age is None else -age)
# A clock that is set while a message is in transit, or is years off.
sent: Final = st.sampled_from((None, None, 0.0, -0.25, -30.0, 900.0, -4000.0, -9 * 365 * DAY))
raw: Final = st.sampled_from((None, None, None, None, 0.0, -5.0, -900.0))
stamps: Final = st.sampled_from((None, 0.0, 0.0, 0.0, 61.0, -900.0, -8 * DAY, 3 * DAY, -9e8))
# Relative to its device's last number: the next, a repeat, gaps, a count that restarts; or no
# number.
numbers: Final = st.sampled_from((None, 1, 1, 1, 1, 0, 0, 3, -2, 300, -10_000))
flags: Final = st.lists(st.sampled_from(get_args(Flag)), max_size=2, unique=True).map(tuple)

FIELDS: Final[dict[str, st.SearchStrategy[object]]] = {
    "issued": st.just(0.0), "effective": measured, "sent": sent, "raw_t": raw, "raw_sent": raw,
    "device": devices | st.just(""), "boot": st.sampled_from(("", "", "b")), "seq": numbers,
    "values": any_values, "pulse": st.sampled_from((None, None, 0.0, 70.0)),
    "contact": st.sampled_from((None, True, False)), "flags": flags,
    "battery": st.sampled_from((None, 5)), "by": st.sampled_from(("", "sitter")),
    "replayed": st.sampled_from((False, False, False, True)),
    "measuring": st.sampled_from((False, False, False, True)),
    "failed": st.sampled_from(((), (), (), ("sbp", "dbp"), ("sbp",))),
    "rr": st.sampled_from(((), (), (820.0, 810.0), (0.0, 70_000.0))),
    "record": st.booleans(), "stamp": stamps, "user": st.sampled_from((None, None, 1, 2)),
}  # fmt: skip
anything: Final = st.builds(Observation, **FIELDS)
cuffs: Final = st.sampled_from(("cuff", "shared"))
records: Final = st.builds(
    Observation, issued=st.just(0.0), device=cuffs, values=pairs, record=st.just(True),
    stamp=stamps, user=st.sampled_from((None, None, 1, 2)),
)  # fmt: skip
halves: Final = st.builds(
    Observation, issued=st.just(0.0), device=cuffs | st.just(""), effective=measured,
    values=st.sampled_from(PRESSURES).flatmap(
        lambda p: st.sampled_from(({"sbp": p[0]}, {"dbp": p[1]}, {"sbp": p[0], "dbp": p[1]}))
    ),
)  # fmt: skip
of_cuffs: Final = st.builds(
    Observation, issued=st.just(0.0), device=cuffs, record=st.booleans(),
    measuring=st.just(True),
) | st.builds(
    Observation, issued=st.just(0.0), device=cuffs, record=st.booleans(),
    failed=st.sampled_from((("sbp", "dbp"), ("sbp",))),
)  # fmt: skip


def beats(device: str, value: float, seconds: int, ahead: float | None, boot: str) -> Walk:
    """A living heart rate once a second. ahead: how far its clock is, s; None: it sends no time."""
    return [
        Step(
            1.0,
            Observed(
                Observation(
                    issued=0.0, device=device, boot=boot, seq=1, effective=ahead, sent=ahead,
                    values={"hr": value - (n % 7 == 3)},
                )
            ),
        )
        for n in range(seconds)
    ]  # fmt: skip


def burst(device: str, stored: Sequence[tuple[float, dict[str, float]]], *, stamped: bool) -> Walk:
    """A cuff sends its stored records; each stamp counts from the session's start by its clock."""
    return [
        Step(
            0.1,
            Observed(
                Observation(
                    issued=0.0, device=device, record=True, stamp=stamp if stamped else None,
                    values=values,
                )
            ),
        )
        for stamp, values in stored
    ]  # fmt: skip


# --- every kind of input ------------------------------------------------------------------------

MADE_UP: Final[dict[type[Input], st.SearchStrategy[Input]]] = {
    Opened: st.builds(Opened, facts, people),
    Observed: st.builds(Observed, anything | records | halves | of_cuffs),
    DeviceStatus: st.builds(DeviceStatus, devices, st.booleans(), st.sampled_from((None, 5))),
    ServiceFault: st.builds(
        ServiceFault, st.sampled_from(get_args(FaultCondition)), st.just("why"), st.booleans(),
        st.sampled_from((None, -2.0, -90.0, -1e4, 5.0)),
    ),
    DeviceFlooding: st.builds(
        DeviceFlooding, devices, st.booleans(), st.sampled_from((None, -2.0, 5.0)),
        st.integers(0, 2),
    ),
    Interrupted: st.builds(
        Interrupted, st.sampled_from((-5.0, -600.0, -9e4)), st.sampled_from((0.0, -1.0, 5.0)),
        st.just("it was off"),
    ),
    ChangeDevices: st.builds(
        ChangeDevices, people,
        st.dictionaries(devices, st.sampled_from(tuple(DEVICES.values())), max_size=2),
        st.lists(devices, max_size=2).map(tuple), users, reasons, st.booleans(),
    ),
    MeasuredNow: st.builds(MeasuredNow, places, people),
    CuffUser: st.builds(CuffUser, cuffs | devices, st.integers(1, 2), people),
    Dose: st.builds(
        Dose, st.sampled_from((0.0, 0.0, -60.0, -1801.0, 5.0)), st.just("ketamine"),
        st.just("sublingual"), st.just(100.0), people,
        st.sampled_from((None, GOES_AHEAD, GOES_AHEAD)),
    ),
    CorrectFact: st.builds(
        CorrectFact, fact=st.sampled_from(("birth_year", "birth_year", "label", "sitter")),
        before=st.sampled_from((None, 1950)), after=st.sampled_from((None, 1950, 1990, 3)),
        by=people, reason=reasons, sitter=st.sampled_from((None, True, False)),
        reachable=st.sampled_from((None, True, False)),
    ) | st.builds(
        CorrectFact, fact=st.just("risk_factors"), before=st.just([]), by=people, reason=reasons,
        after=st.lists(st.sampled_from((*RISK_FACTORS, "tea")), max_size=2, unique=True),
    ),
    CorrectDose: st.builds(
        CorrectDose, number=st.integers(0, 3), by=people, reason=reasons,
        at=st.sampled_from((None, 0.0, -60.0, -900.0, -4000.0, 5.0)),
        route=st.sampled_from((None, "oral", "by mouth")),
        amount_mg=st.sampled_from((None, 50.0, 100.0)),
    ),
    # The place chooses one of the typed readings in the walk.
    CorrectReading: st.builds(
        CorrectReading, keys=places.map(lambda place: {"hr": place}), values=st.just({"hr": 72.0}),
        effective=st.just(0.0), by=people, reason=reasons,
    ),
    Acknowledged: st.builds(Acknowledged, places, people, reasons),
    Symptom: st.builds(Symptom, st.sampled_from((*SYMPTOMS, "hunger")), people),
    AskForHelp: st.builds(AskForHelp, people),
    Note: st.builds(Note, reasons, people),
    LimitChanged: st.builds(
        LimitChanged, st.sampled_from(tuple(VITALS)), st.sampled_from(("high", "low")), priorities,
        st.sampled_from((None, 10.0, 37.0, 60.0, 95.0, 115.0, 125.0, 150.0)), reasons, people,
    ),
    Rebaselined: st.builds(
        Rebaselined, reasons, people,
        st.lists(st.sampled_from((*VITALS, "weight")), max_size=2).map(tuple),
    ),
    Checked: st.builds(Checked, st.sampled_from((*CHECKS, "tea")), people, st.booleans()),
    HandOver: st.builds(HandOver, people, people),
    TakeOver: st.builds(TakeOver, people, reasons),
    ContactsChanged: st.builds(
        ContactsChanged,
        st.lists(contacts, max_size=3, unique_by=lambda contact: contact.id).map(tuple),
    ),
    Attended: st.builds(Attended, st.booleans(), st.sampled_from((None, 0.0, -90.0, 5.0))),
    NoticeReported: st.builds(
        NoticeReported, places, st.integers(1, 4), st.booleans(), st.just("no answer")
    ),
    NoticeDeclined: st.builds(
        NoticeDeclined, places, st.integers(1, 4), people, st.sampled_from(((), (2,)))
    ),
    Rated: st.builds(Rated, places, st.booleans(), people),
    AudioPause: st.builds(AudioPause, st.sampled_from((-5.0, 0.0, 60.0, 500.0)), people),
    Close: st.builds(
        Close, people, st.sampled_from((None,) * 5 + (GOES_AHEAD,)),
        st.sampled_from((None, True, False)),
    ),
}  # fmt: skip

WAITS: Final = (
    0.0, 0.0, 0.1, 1.0, 1.0, 3.0, 5.0, 24.0, 30.0, 61.0, 70.0, 119.0, 300.0, 601.0, 900.0, 1801.0,
)  # fmt: skip
waits: Final = st.sampled_from(WAITS)
PARTS: Final = (Observed,) * 12 + (Dose,) * 2 + (MeasuredNow, CorrectReading) + KINDS

inputs: Final = st.sampled_from(PARTS).flatmap(lambda kind: MADE_UP[kind])
single: Final = st.builds(Step, waits, inputs).map(lambda step: [step])
again: Final = st.builds(Step, waits, st.builds(Again, st.integers(0, 20))).map(lambda step: [step])
runs: Final = st.builds(
    beats, st.sampled_from(("strap", "band")), st.sampled_from(VALUES["hr"]), st.integers(2, 20),
    st.sampled_from((None, 0.0, 0.0, 90.0, -900.0, -9 * 365 * DAY)), st.sampled_from(("", "", "b")),
)  # fmt: skip
bursts: Final = st.builds(
    burst, cuffs, st.lists(st.tuples(st.sampled_from((0.0, -300.0, -8 * DAY)), pairs), max_size=4),
    stamped=st.booleans(),
)  # fmt: skip
parts: Final = st.integers(0, 11).flatmap(
    lambda n: {0: bursts, 1: bursts, 2: again, 3: runs}.get(n, single)
)
# Lists of lists: hypothesis keeps a single list short.
walks: Final = st.lists(st.lists(parts, min_size=1), min_size=1).map(
    lambda chapters: [step for chapter in chapters for part in chapter for step in part]
)


# --- walking ------------------------------------------------------------------------------------


class Played:
    """A walk as it is handed in: each input with its time, by the session's clock."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._numbers: dict[str, int] = {}
        self._sent: list[Observation] = []
        self._rows: list[str] = []
        self._typed: list[Judged] = []
        self._alarms: list[str] = []

    def inputs(self) -> Iterator[tuple[float, Input]]:
        now = START
        for step in self._walk:
            now += step.wait
            if not isinstance(step.given, Again):
                yield now, self._now(step.given, now)
            elif step.given.back < len(self._sent):
                yield now, Observed(replace(self._sent[-1 - step.given.back], issued=now))

    def tell(self, events: Sequence[Event]) -> None:
        """Note the events of the newest input: later inputs may refer to them."""
        for event in events:
            if isinstance(event, Judged) and event.source == "manual":
                self._typed.append(event)
            if isinstance(event, Judged) and event.state == "suspect":
                self._rows.append(event.key)
            elif isinstance(event, AlarmChanged) and event.alarm.id not in self._alarms:
                self._alarms.append(event.alarm.id)

    def _now(self, given: Input, now: float) -> Input:
        made = given
        match given:
            case Observed(observation):
                self._sent.append(self._arrived(observation, now))
                made = Observed(self._sent[-1])
            case MeasuredNow(place):
                made = replace(given, key=_at(self._rows, place))
            case Acknowledged() | NoticeReported() | NoticeDeclined() | Rated():
                made = replace(given, alarm_id=_at(self._alarms, given.alarm_id))
            case Dose():
                made = replace(given, at=now + given.at)
            case CorrectDose():
                made = replace(given, at=_after(now, given.at))
            case CorrectReading():
                made = self._struck(given)
            case Interrupted():
                made = replace(given, since=now + given.since, until=now + given.until)
            case ServiceFault() | Attended() | DeviceFlooding():
                made = replace(given, since=_after(now, given.since))
            case ContactsChanged():
                made = ContactsChanged(tuple(_from(contact, now) for contact in given.contacts))
        return made

    def _struck(self, given: CorrectReading) -> CorrectReading:
        """Strike out a typed reading with all typed together with it, or one that never was."""
        place = int(given.keys["hr"])
        if place >= len(self._typed):
            return given
        newest = self._typed[-1 - place]
        rows = [row for row in self._typed if row.issued == newest.issued]
        return replace(
            given, keys={row.vital: row.key for row in rows}, effective=newest.effective,
            values={row.vital: row.value for row in rows},
        )  # fmt: skip

    def _arrived(self, drawn: Observation, now: float) -> Observation:
        uptime = UPTIME_S + now - START
        return replace(
            drawn,
            issued=now,
            effective=_after(now, drawn.effective),
            sent=_after(now, drawn.sent),
            stamp=_after(now + CUFF_AHEAD, drawn.stamp),
            raw_t=_after(uptime, drawn.raw_t, per_second=1e3),
            raw_sent=_after(uptime, drawn.raw_sent, per_second=1e3),
            seq=None if drawn.seq is None else self._number(drawn.device, drawn.seq),
        )  # fmt: skip

    def _number(self, device: str, further: int) -> int:
        number = max(0, self._numbers.get(device, 0) + further)
        self._numbers[device] = number
        return number


def _at(known: list[str], place: str) -> str:
    return known[-1 - int(place)] if int(place) < len(known) else "none"


def _after(moment: float, seconds: float | None, per_second: float = 1.0) -> float | None:
    return None if seconds is None else (moment + seconds) * per_second


def _from(contact: Contact, now: float) -> Contact:
    duty, quiet = (
        None if spans is None else tuple((since + now, until + now) for since, until in spans)
        for spans in (contact.duty, contact.quiet)
    )
    return replace(contact, duty=duty, quiet=quiet or ())
