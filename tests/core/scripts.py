"""Random sessions as data: the scripts that hypothesis draws, and their inputs with times.

A script is a list of steps; a step waits, then does one thing. It does not depend on the answers of
an encounter, so one script can be played twice in two ways and the answers compared. Times are
multiples of a quarter second: sums of them are exact at any start.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from hypothesis import strategies as st
from msgspec import Struct

from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.sentences.english import why_not
from monitor.core.vocabulary.events import Event
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
    DeviceStatus,
    Dose,
    Facts,
    HandOver,
    Input,
    Interrupted,
    Note,
    NoticeDeclined,
    NoticeReported,
    Observed,
    Override,
    Rated,
    ServiceFault,
    Symptom,
    TakeOver,
)
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import FaultCondition
from tests.core.course import DEVICES, START

ID: Final = "e-1"
FACTS: Final = Facts(protocol="sl_home", devices=DEVICES, sitter=True, reachable=True)


class Send(Struct, frozen=True, kw_only=True):
    """One reading. lag: how far its time is before now, on the device's clock; None: no time.

    fast: how far the device's clock is ahead. number: "next", "none" (no seq), "first" (0 again).
    """

    device: str
    values: tuple[tuple[str, float], ...]
    lag: float | None = None
    fast: float = 0.0
    tells: bool = False
    number: str = "next"
    boot: str = ""
    contact: bool | None = None
    flags: tuple[str, ...] = ()
    replayed: bool = False
    measuring: bool = False


class Beat(Struct, frozen=True):
    """Heart rate once a second."""

    device: str
    value: float
    seconds: int


class Burst(Struct, frozen=True):
    """A strap was away and sends its last `count` readings together, measured every `every` s."""

    device: str
    value: float
    count: int
    every: float


class Again(Struct, frozen=True):
    """An earlier reading is delivered once more."""

    index: int


class Take(Struct, frozen=True):
    back: float
    override: bool


class Fault(Struct, frozen=True):
    """The service cannot work, and reports it `late` seconds after that began; or works again."""

    condition: FaultCondition
    over: bool
    late: float | None


class Gap(Struct, frozen=True):
    """The service did not run for `span` seconds, until `back` seconds before now."""

    span: float
    back: float


class Gone(Struct, frozen=True):
    """No one is at a page, which is reported `late` seconds after the last person left."""

    late: float


class Roster(Struct, frozen=True):
    """Contacts who can be notified. duty: of the second contact, seconds from now."""

    contacts: tuple[Contact, ...]
    duty: tuple[float, float]


Act = Send | Beat | Burst | Again | Take | Fault | Gap | Gone | Roster | Input


class Step(Struct, frozen=True):
    wait: float
    act: Act


Script = Sequence[Step]
Timed = list[tuple[float, Input]]


# --- drawing scripts ----------------------------------------------------------------------------

HEART_RATES: Final = (
    0.0, 300.0, 36.0, 39.0, 47.0, 52.0, 58.0, 61.0, 72.0, 84.0, 87.0, 96.0, 101.0, 118.0, 121.0,
    139.0, 142.0,
)  # fmt: skip
PRESSURES: Final = (
    (128.0, 80.0), (124.0, 78.0), (148.0, 88.0), (151.0, 93.0), (156.0, 96.0), (162.0, 99.0),
    (168.0, 101.0), (178.0, 104.0), (184.0, 112.0), (174.0, 106.0), (97.0, 60.0), (86.0, 55.0),
    (78.0, 50.0), (120.0, 114.0), (0.0, 0.0), (190.0, 60.0),
)  # fmt: skip
TEMPERATURES: Final = (36.6, 36.7, 37.9, 37.7, 37.6, 38.6, 40.2, 35.4, 34.9, 12.0)
WAITS: Final = (
    0.0, 0.0, 0.25, 1.0, 1.0, 5.0, 10.0, 14.0, 15.0, 19.0, 20.0, 30.0, 31.0, 45.0, 60.0, 61.0,
    119.0, 120.0, 121.0, 300.0, 599.0, 601.0, 900.0, 1800.0,
)  # fmt: skip
LAGS: Final = (None, None, 0.0, 0.25, 3.0, 45.0, 61.0, 300.0, 600.0, 601.0, 4000.0)
FASTS: Final = (0.0, 0.0, 0.0, 1.0, 90.0, 120.0, 121.0, 3000.0, -90.0)
STRAPS: Final = ("strap", "strap", "strap", "band")
FLAGS: Final[tuple[tuple[str, ...], ...]] = ((), (), (), ("movement",), ("irregular_pulse",))
SYMPTOMS: Final = ("nausea", "vomiting", "chest_pain", "unresponsive", "hunger")
PEOPLE: Final = ("m.keller", "r.hill")


def _send(
    device: st.SearchStrategy[str], values: st.SearchStrategy[object]
) -> st.SearchStrategy[Send]:
    return st.builds(
        Send, device=device, values=values, lag=st.sampled_from(LAGS),
        fast=st.sampled_from(FASTS), tells=st.booleans(),
        number=st.sampled_from(("next", "next", "next", "none", "first")),
        boot=st.sampled_from(("", "", "a")), contact=st.sampled_from((None, True, True, False)),
        flags=st.sampled_from(FLAGS), replayed=st.sampled_from((False,) * 9 + (True,)),
        measuring=st.sampled_from((False,) * 9 + (True,)),
    )  # fmt: skip


def _plain(device: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[Send]:
    """A reading of a well-behaved device: most of any session."""
    return st.builds(Send, device=st.just(device), values=values, lag=st.sampled_from((0.25, None)))


_hr = st.sampled_from(HEART_RATES).map(lambda v: (("hr", v),))
_bp = st.sampled_from(PRESSURES).map(lambda p: (("sbp", p[0]), ("dbp", p[1])))
_temp = st.sampled_from(TEMPERATURES).map(lambda v: (("temp", v),))

FIRST: Final = Contact(id=1, name="Dr One", after_s=0.0)
SECOND: Final = Contact(id=2, name="Dr Two", after_s=60.0, order=1)
THIRD: Final = Contact(id=3, name="Dr Three", user="r.hill", low=True)
ROSTERS: Final = ((), (FIRST,), (FIRST, SECOND), (SECOND, THIRD), (FIRST, SECOND, THIRD))
DUTIES: Final = ((-100.0, 600.0), (600.0, 5000.0), (0.0, 0.0))

acts: Final[st.SearchStrategy[Act]] = st.one_of(
    _plain("strap", _hr),
    _plain("cuff", _bp),
    _plain("cuff", _bp),
    _plain("thermo", _temp),
    st.builds(Beat, st.sampled_from(STRAPS), st.sampled_from(HEART_RATES), st.integers(2, 40)),
    st.builds(Beat, st.just("strap"), st.sampled_from(HEART_RATES), st.integers(2, 40)),
    st.builds(
        Burst, st.sampled_from(STRAPS), st.sampled_from(HEART_RATES), st.integers(2, 12),
        st.sampled_from((0.0, 1.0, 5.0, 30.0, 100.0)),
    ),
    _send(st.sampled_from(STRAPS), _hr),
    _send(st.sampled_from(("cuff", "cuff", "other", "")), _bp),
    _send(st.sampled_from(("thermo", "")), _temp),
    st.builds(Again, st.integers(0, 30)),
    st.builds(DeviceStatus, st.sampled_from(("strap", "cuff", "unknown")), st.booleans()),
    st.builds(
        Fault, st.sampled_from(("broker_lost", "storage_fault")), st.booleans(),
        st.sampled_from((None, 2.0, 2.0, 90.0, 10_000.0)),
    ),
    st.builds(Roster, st.sampled_from(ROSTERS), st.sampled_from(DUTIES)),
    st.builds(Gone, st.sampled_from((0.0, 0.0, 5.0, 90.0))),
    st.just(Attended(watched=True)),
    st.builds(
        NoticeReported, st.integers(1, 9).map(lambda n: f"{ID}-{n}"), st.integers(1, 3),
        st.sampled_from((False, False, True)), st.just("no answer"),
    ),
    st.builds(
        NoticeDeclined, st.integers(1, 9).map(lambda n: f"{ID}-{n}"), st.integers(1, 3),
        st.sampled_from(PEOPLE), st.sampled_from(((), (), (2,))),
    ),
    st.builds(Gap, st.sampled_from((0.0, 5.0, 600.0, 90_000.0)), st.sampled_from((0.0, 1.0, -5.0))),
    st.builds(Take, st.sampled_from((0.0, 0.0, 60.0, 1200.0, 1801.0, -5.0)), st.booleans()),
    st.builds(Take, st.just(0.0), st.just(True)),
    st.builds(
        Acknowledged, st.integers(1, 9).map(lambda n: f"{ID}-{n}"), st.sampled_from(PEOPLE)
    ),
    st.just(Rated(f"{ID}-1", useful=True, by="r.hill")),
    st.builds(Symptom, st.sampled_from(SYMPTOMS), st.just("sitter")),
    st.just(AskForHelp("sitter")),
    st.just(Note("calm", "m.keller")),
    st.sampled_from((
        Checked("sitter", "m.keller"), Checked("sitter", "m.keller", done=False),
        HandOver("r.hill", "m.keller"), TakeOver("r.hill"), TakeOver("m.keller", "was asked to"),
    )),
    st.builds(AudioPause, st.sampled_from((0.0, 60.0, 500.0)), st.just("m.keller")),
    st.sampled_from((
        ChangeDevices("r.hill", {"band": "heart_rate"}),
        ChangeDevices("r.hill", {"cuff": "cuff"}),
        ChangeDevices("r.hill", {}, ("strap",)),
        ChangeDevices("r.hill", {}, ("cuff", "unknown")),
    )),
    st.sampled_from((
        Close("r.hill"), Close("r.hill", Override("r.hill", "power cut")), Note("end", "r.hill"),
        Note("end", "r.hill"),
    )),
)  # fmt: skip

# Most sessions begin as they should: then the conditions after a dose are reached as well.
USUAL: Final = (
    Step(1.0, Send(device="cuff", values=(("sbp", 124.0), ("dbp", 78.0)))),
    Step(60.0, Send(device="cuff", values=(("sbp", 126.0), ("dbp", 80.0)))),
    Step(10.0, Beat("strap", 70.0, 12)),
    Step(1.0, Send(device="thermo", values=(("temp", 36.6),))),
    Step(1.0, Take(0.0, True)),
)

# Or the dose is given late.
WAITING: Final = (
    *(Step(300.0, Send(device="cuff", values=(("sbp", 124.0), ("dbp", 78.0)))) for _ in range(3)),
    Step(1.0, Beat("strap", 70.0, 2)),
)


def _joined(beginning: tuple[Step, ...], parts: list[list[Step]]) -> Script:
    return [*beginning, *(step for part in parts for step in part)]


# Lists of lists: hypothesis keeps a single list short, and only long sessions reach rare states.
scripts: Final = st.builds(
    _joined, st.sampled_from(((), USUAL, USUAL, WAITING)),
    st.lists(st.lists(st.builds(Step, st.sampled_from(WAITS), acts), min_size=1), min_size=1),
)  # fmt: skip


# --- playing scripts ----------------------------------------------------------------------------


def inputs(script: Script, start: float = START) -> Timed:
    """Return the inputs of a script, each with the time at which it is handed in."""
    return list(_Unrolled(start).steps(script))


class _Unrolled:
    def __init__(self, start: float) -> None:
        self.now = start
        self.numbers: dict[str, int] = {}
        self.sent: list[Observation] = []

    def steps(self, script: Script) -> Iterator[tuple[float, Input]]:
        for step in script:
            self.now += step.wait
            yield from self.act(step.act)

    def act(self, act: Act) -> Iterator[tuple[float, Input]]:
        if isinstance(act, Send):
            yield self._hand_in(self._observation(act))
        elif isinstance(act, Beat):
            for _ in range(act.seconds):
                self.now += 1.0
                yield self._hand_in(self._reading(act.device, act.value, 0.25))
        elif isinstance(act, Burst):
            for behind in range(act.count, 0, -1):
                yield self._hand_in(self._reading(act.device, act.value, behind * act.every))
        elif isinstance(act, Again):
            if self.sent:
                old = self.sent[act.index % len(self.sent)]
                yield self.now, Observed(msgspec.structs.replace(old, issued=self.now))
        elif isinstance(act, Take):
            override = Override("r.hill", "goes ahead") if act.override else None
            taken = self.now - act.back
            yield self.now, Dose(taken, "ketamine", "sublingual", 100.0, "r.hill", override)
        elif isinstance(act, Fault | Gap | Gone | Roster):
            yield self.now, self._of_the_service(act)
        else:
            yield self.now, act

    def _of_the_service(self, act: Fault | Gap | Gone | Roster) -> Input:
        if isinstance(act, Gone):
            return Attended(watched=False, since=self.now - act.late)
        if isinstance(act, Roster):
            duty = ((self.now + act.duty[0], self.now + act.duty[1]),)
            return ContactsChanged(
                tuple(
                    msgspec.structs.replace(c, duty=duty) if c.id == SECOND.id else c
                    for c in act.contacts
                )
            )
        if isinstance(act, Gap):
            until = self.now - act.back
            return Interrupted(until - act.span, until, "it was off")
        since = None if act.late is None else self.now - act.late
        return ServiceFault(act.condition, "why", act.over, since)

    def _hand_in(self, observation: Observation) -> tuple[float, Input]:
        self.sent.append(observation)
        return self.now, Observed(observation)

    def _number(self, device: str) -> int:
        self.numbers[device] = self.numbers.get(device, 0) + 1
        return self.numbers[device]

    def _reading(self, device: str, value: float, lag: float) -> Observation:
        return Observation(
            issued=self.now, effective=self.now - lag, device=device, seq=self._number(device),
            values={"hr": value}, contact=True,
        )  # fmt: skip

    def _observation(self, act: Send) -> Observation:
        clock = self.now + act.fast
        seq = 0 if act.number == "first" else None
        if act.number == "next":
            seq = self._number(act.device)
        return Observation(
            issued=self.now, device=act.device, values=dict(act.values),
            effective=None if act.lag is None else clock - act.lag,
            sent=clock if act.tells else None,
            seq=seq if act.device else None,
            boot=act.boot, contact=act.contact, flags=act.flags, replayed=act.replayed,
            measuring=act.measuring, by="" if act.device else "sitter",
        )  # fmt: skip


Answer = tuple[float, Input | None, list[Event], str]


def opened(start: float = START, facts: Facts = FACTS) -> tuple[Encounter, list[Event]]:
    return Encounter.open(ID, facts, PRESETS[facts.protocol], start)


def hand_in(encounter: Encounter, now: float, given: Input) -> tuple[list[Event], str]:
    """Return the events, and the text of the refusal if the input was refused."""
    try:
        return encounter.apply(given, now), ""
    except Refused as refusal:
        return [], why_not(refusal)


def play(timed: Timed, encounter: Encounter | None = None) -> list[Event]:
    """Return all events of these inputs, in order; a refused input adds no events."""
    events: list[Event] = []
    if encounter is None:
        start = timed[0][0] if timed else START
        encounter, events = opened(min(start, START))
    for now, given in timed:
        events += hand_in(encounter, now, given)[0]
    return events
