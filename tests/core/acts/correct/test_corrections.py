"""Corrected facts and doses: both versions stay on the record, and decisions use the true one."""

from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.detection.situation import situation
from monitor.core.encounter import Encounter
from monitor.core.encounter.replaying import Replay, outcome_of
from monitor.core.gates import gates, standing_alarms
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.events import Corrected, Event, Judged, PhaseChanged
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    ChangeDevices,
    Close,
    CorrectDose,
    CorrectFact,
    CorrectReading,
    CuffUser,
    Dose,
    Facts,
    Input,
    Observed,
    Override,
)
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import START, Course, dosed
from tests.core.law import law
from tests.core.refusing import refused

WHY: Final = "read it from the wrong line"


def fact(name: Any, before: Any, after: Any, **about: Any) -> CorrectFact:
    return CorrectFact(fact=name, before=before, after=after, by="thea", reason=WHY, **about)


def dose(number: int = 1, **about: Any) -> CorrectDose:
    return CorrectDose(number=number, by="thea", reason=WHY, **about)


def one(events: list[Event], kind: type) -> Any:
    (found,) = [e for e in events if isinstance(e, kind)]
    return found


def limit(course: Course, condition: str, priority: str) -> float:
    now = course.encounter.state.now - START
    return {(x.condition, x.priority): x.value for x in course.status(now).limits}[
        condition, priority
    ]


# --- facts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("label", "T-09", "T-90"),
        ("address", "Elm Row 3", "Elm Row 30"),
        ("phone", None, "+44 20 7946 0000"),
        ("local_number", "911", "999"),
        ("time_zone", "", "Europe/Lisbon"),
    ],
)
def test_both_stand_there_with_author_time_and_reason(name: str, before: Any, after: Any) -> None:
    course = Course()
    said = one(course.apply(60, fact(name, before, after)), Corrected)
    assert (said.what, said.before, said.after) == (name, before, after)
    assert (said.at, said.by, said.reason) == (START + 60, "thea", WHY)
    assert said.follows == "Nothing else follows from it."


def test_the_year_of_birth_decides_the_limits_from_now_on() -> None:
    course = Course(devices={"cuff": "cuff"}, birth_year=1990)
    course.bp(10, 162, 80)
    course.bp(100, 162, 80)
    assert course.priority("sbp_high") == "low"
    course.apply(200, fact("birth_year", 1990, 1950))
    assert limit(course, "sbp_high", "medium") == 160
    assert course.priority("sbp_high") == "medium"


def test_what_is_no_year_is_refused_and_changes_nothing() -> None:
    course = Course(birth_year=1990)
    with refused("year of birth"):
        course.apply(10, fact("birth_year", 1990, 90))
    assert course.encounter.state.session.facts.birth_year == 1990


def test_risk_factors_are_those_that_are_listed() -> None:
    course = Course(risk_factors=("hypertension",))
    course.apply(10, fact("risk_factors", ["hypertension"], []))
    assert limit(course, "sbp_high", "medium") == 165
    with refused("in the list"):
        course.apply(20, fact("risk_factors", [], ["tea"]))


def test_a_sitter_who_is_not_there_shuts_the_gate() -> None:
    course = Course(devices={})
    assert "sitter" not in course.unmet(10)
    course.apply(20, fact("sitter", "Sam", "", sitter=False))
    assert "sitter" in course.unmet(30)
    said = one(course.apply(40, fact("phone", "", "+1", sitter=True, reachable=True)), Corrected)
    assert "sitter" not in course.unmet(50)
    assert said.follows.startswith("The conditions for a dose and the close go by it")


def test_what_says_so_already_is_refused() -> None:
    with refused("already"):
        Course().apply(10, fact("sitter", "Sam", "Sam"))


# --- a dose -------------------------------------------------------------------------------------


def test_an_amount_and_a_route() -> None:
    course = dosed()
    said = one(course.apply(900, dose(amount_mg=50.0, route="oral")), Corrected)
    assert said.before == {
        "at": START + 700, "drug": "ketamine", "route": "sublingual", "amount_mg": 100,
    }  # fmt: skip
    assert said.after == said.before | {"route": "oral", "amount_mg": 50}
    (only,) = course.status(910).doses
    assert (only.amount_mg, only.route, only.at) == (50, "oral", START + 700)


def test_the_phase_and_the_gate_count_from_the_corrected_time() -> None:
    course = dosed()
    course.bp(1000, 122, 80)
    onset = PRESETS["sl_home"].onset_until
    course.advance(700 + 60 * onset - 60)
    assert course.encounter.state.session.phase == "onset"
    events = course.apply(700 + 60 * onset - 30, dose(at=START + 580))
    assert one(events, PhaseChanged).phase == "peak"
    assert course.status(800).dosed_at == START + 580
    back = course.apply(700 + 60 * onset - 20, dose(at=START + 690))
    assert one(back, PhaseChanged).phase == "onset"


def test_an_overdue_check_stays_overdue_where_it_is_by_the_corrected_time_too() -> None:
    course = dosed()
    due = course.encounter.next_check()
    assert due is not None
    late = due.due - START + 400
    course.advance(late)
    assert course.priority("bp_overdue") == "medium"
    course.apply(late + 1, dose(at=START + 690))
    assert course.priority("bp_overdue") == "medium"


def test_a_check_that_is_not_due_yet_is_overdue_no_more() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 300 * n, 120 + n, 80)
    course.dose(1500, at=700)
    due = course.encounter.next_check()
    assert due is not None
    late = due.due - START + 130
    course.advance(late)
    assert course.priority("bp_overdue") == "low"
    course.apply(late + 1, dose(at=START + 1400))
    assert course.standing("bp_overdue") is None


def test_the_baseline_is_of_what_was_before_the_corrected_time() -> None:
    course = Course(devices={"cuff": "cuff"})
    for t, sbp in ((10, 118), (200, 120), (400, 150)):
        course.bp(t, sbp, 80)
    course.dose(500)
    assert course.encounter.state.baseline.values["sbp"].value == 120
    course.apply(600, dose(at=START + 300))
    assert course.encounter.state.baseline.values["sbp"].value == 119


def test_of_nothing_before_it_the_limits_keep_the_baseline_and_no_gate_does() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(300 + 70 * n, 130, 80)
    course.dose(600)
    course.apply(700, dose(at=START + 200))
    state = course.encounter.state
    assert state.baseline.values["sbp"].grade == "poor"
    assert situation(state, START + 710).baseline == {}
    course.apply(720, dose(at=START + 600))
    assert "sbp" in situation(state, START + 730).baseline


@pytest.mark.parametrize(
    ("number", "at", "words"),
    [
        (3, 700, "no such dose"),
        (1, 9000, "ahead of its time"),
        (1, -1801, "before it was opened"),
        (1, 1901, "The dose after it"),
        (2, 699, "The dose before it"),
        (1, 700, "stands on the record already"),
    ],
)
def test_what_cannot_be_is_refused(number: int, at: float, words: str) -> None:
    course = dosed()
    course.dose(2000, at=1900)
    course.advance(2000)  # the cuff is asked for the reading that was due before that dose
    before = course.encounter.snapshot()
    with refused(words):
        course.apply(2000, dose(number, at=START + at))
    assert course.encounter.snapshot() == before


def test_after_the_close_the_record_changes_and_nothing_follows() -> None:
    course = dosed()
    course.close(900)
    said = course.apply(9000, dose(amount_mg=50.0))
    assert [type(e) for e in said] == [Corrected]
    assert said[0].at == START + 9000
    assert course.encounter.state.now == START + 900
    with refused("ahead"):
        course.apply(9000, dose(at=START + 901))


# --- a device -----------------------------------------------------------------------------------


def test_a_swapped_device_begins_anew_and_its_readings_count_once() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 120, 80, user=2)
    course.apply(15, CuffUser("cuff", 2, "thea"))
    swap = ChangeDevices(
        "thea", {"other": "cuff"}, ("cuff",), reason="its battery is dead", anew=True
    )
    said = one(course.apply(20, swap), Corrected)
    assert (said.what, said.before, said.after) == ("device", "cuff", "other")
    assert course.encounter.state.devices.registered == {"other": "cuff"}
    back = ChangeDevices("thea", {"cuff": "cuff"}, ("other",), reason="charged", anew=True)
    course.apply(30, back)
    assert "cuff" not in course.encounter.state.cuffs.users
    source = course.encounter.state.devices.sources["cuff"]
    assert (source.clock.known, source.users) == (None, [])
    assert not [e for e in course.again(40, "cuff") if isinstance(e, Judged)]


# --- laws ---------------------------------------------------------------------------------------

GO: Final = Override("thea", "goes ahead")
YEARS: Final = (None, 1950, 1990)
ROUTES: Final = ("sublingual", "oral")
PAIRS: Final = ((118.0, 76.0), (128.0, 82.0), (146.0, 92.0), (168.0, 99.0), (186.0, 112.0))
Step = tuple[float, str, int]
STEPS: Final = st.lists(
    st.tuples(
        st.sampled_from((1.0, 20.0, 61.0, 130.0, 400.0, 700.0)),
        st.sampled_from(
            ("cuff", "cuff", "typed", "typed", "heat", "rate", "dose", "when", "route", "strike",
             "strike", "year", "sitter", "take", "close")
        ),
        st.integers(0, 5),
    ),
    min_size=5,
    max_size=40,
)  # fmt: skip
FACTS: Final = Facts(
    protocol="sl_home", devices={"cuff": "cuff"}, sitter=True, reachable=True, birth_year=1990
)


class Played:
    """Play one script with its errors and corrections, or (`right`) with the truth from the start.

    right   the corrected play: source of the true facts and doses, and of the readings to leave out
    """

    def __init__(self, steps: list[Step], right: "Played | None" = None) -> None:
        self.right = right
        facts = FACTS if right is None else right.encounter.state.session.facts
        opened = Encounter.open("e-1", facts, PRESETS["sl_home"], START, "thea")
        self.encounter: Encounter = opened[0]
        self.rows: list[tuple[float, Input | None, list[Event]]] = [(START, None, opened[1])]
        self.typed: list[list[Judged]] = []
        self.types = 0
        self.struck: set[int] = set()
        self.seq = 0
        now = START
        for wait, what, n in steps:
            now += wait
            due = self.encounter.advance(now)
            if due:
                self.rows.append((now, None, due))
            given = self._input(what, n, now)
            if given is not None:
                self._hand_in(given, now)

    def _hand_in(self, given: Input, now: float) -> None:
        try:
            events = self.encounter.apply(given, now)
        except Refused:
            return
        self.rows.append((now, given, events))
        if isinstance(given, Observed) and not given.observation.device:
            rows = [e for e in events if isinstance(e, Judged)]
            self.typed.append(rows)

    def _input(self, what: str, n: int, now: float) -> Input | None:
        state = self.encounter.state
        if what == "cuff":
            self.seq += 1
            sbp, dbp = PAIRS[n % 5]
            return Observed(Observation(issued=now, device="cuff", seq=self.seq,
                                        values={"sbp": sbp, "dbp": dbp}))  # fmt: skip
        if what in ("typed", "heat", "rate"):
            return self._types(what, n, now)
        if what == "dose":
            return self._dose(n, now)
        if what == "take":
            alarms = list(state.alarms)
            return Acknowledged(alarms[n % len(alarms)].id, "thea") if alarms else None
        if what == "close":
            return Close("thea", GO) if n == 0 else None
        return None if self.right is not None else self._correction(what, n, now)

    def _types(self, what: str, n: int, now: float) -> Input | None:
        self.types += 1
        if self.right is not None and self.types - 1 in self.right.struck:
            return None
        sbp, dbp = PAIRS[n % 5]
        values = {"typed": {"sbp": sbp, "dbp": dbp}, "heat": {"temp": 36.0 + n / 1.5},
                  "rate": {"hr": 60.0 + 20 * n}}[what]  # fmt: skip
        return Observed(Observation(issued=now, values=values, by="thea"))

    def _dose(self, n: int, now: float) -> Input | None:
        number = len(self.encounter.state.session.doses)
        if number > 1:
            return None
        if self.right is None:
            return Dose(now - 60 * n, "ketamine", "sublingual", 100.0, "thea", GO)
        truth = self.right.encounter.state.session.doses
        return truth[number] if number < len(truth) else None

    def _correction(self, what: str, n: int, now: float) -> Input | None:
        doses = self.encounter.state.session.doses
        if what == "when" and doses:
            place = n % len(doses)
            return dose(place + 1, at=doses[place].at + (120 if n % 2 else -120))
        if what == "route":
            return dose(1, route=ROUTES[n % 2], amount_mg=50.0 + n)
        if what == "year":
            return fact("birth_year", self.encounter.state.session.facts.birth_year, YEARS[n % 3])
        if what == "sitter":
            return fact("sitter", "?", str(n), sitter=n % 2 == 0)
        if what == "strike" and n < len(self.typed):
            rows = self.typed[n]
            self.struck.add(n)
            return CorrectReading(
                keys={row.vital: row.key for row in rows}, by="thea", reason=WHY,
                values={row.vital: row.value for row in rows}, effective=rows[0].effective,
            )  # fmt: skip
        return None


@law(150)
@given(STEPS)
def test_a_journal_with_corrections_replays_to_the_same_session(steps: list[Step]) -> None:
    played = Played(steps)
    recorded = [event for _, _, events in played.rows[1:] for event in events]
    as_written = [msgspec.json.encode(event) for event in recorded]
    again, _ = Encounter.open("e-1", FACTS, PRESETS["sl_home"], START, "thea")
    replay = Replay(again, recorded)
    decided: list[Event] = []
    for at, given_, events in played.rows[1:]:
        if given_ is None:
            decided += replay.advance(at)
        else:
            decided += replay.apply(given_, at, outcome_of(events))
    assert [msgspec.json.encode(event) for event in decided] == as_written
    end = played.encounter.state.now  # a refused act is not on the record, and time passed
    assert again.advance(end) == played.encounter.advance(end)
    assert again.snapshot() == played.encounter.snapshot()
    assert Encounter.restore(again.snapshot()).snapshot() == again.snapshot()


@law(150)
@given(STEPS)
def test_no_correction_changes_what_was_recorded_before(steps: list[Step]) -> None:
    """The content of an event is fixed when it is issued: no later input changes it."""
    encounter, first = Encounter.open("e-1", FACTS, PRESETS["sl_home"], START, "thea")
    told_so_far: list[tuple[Event, bytes]] = [(e, msgspec.json.encode(e)) for e in first]
    for at, given_, _ in Played(steps).rows[1:]:
        events = encounter.advance(at) if given_ is None else encounter.apply(given_, at)
        assert all(msgspec.json.encode(event) == said for event, said in told_so_far)
        told_so_far += [(e, msgspec.json.encode(e)) for e in events]


def closed_by(encounter: Encounter, now: float) -> set[str]:
    """Unmet conditions of the next act's gate; alarms by their condition."""
    seen = situation(encounter.state, now)
    unmet = gates.discharge(seen) if encounter.state.session.doses else gates.hold(seen)
    stand = {a.id: a for a in encounter.state.alarms}
    found = set()
    for each in unmet:
        if not each.id.startswith(standing_alarms.ALARM):
            found.add(each.id)
            continue
        alarm = stand[each.id.split(":")[1]]
        # An alarm that is over and unacknowledged may never have begun by the data of that time.
        if alarm.cleared_at is None:
            found.add(alarm.condition)
    return found


@law(200)
@given(STEPS)
def test_no_correction_opens_a_gate_that_the_corrected_facts_would_not(steps: list[Step]) -> None:
    steps = [step for step in steps if step[1] != "close"]
    said = Played(steps)
    true = Played(steps, right=said)
    now = max(said.encounter.state.now, true.encounter.state.now) + 1
    said.encounter.advance(now)
    true.encounter.advance(now)
    if len(said.encounter.state.session.doses) == len(true.encounter.state.session.doses):
        assert closed_by(said.encounter, now) >= closed_by(true.encounter, now)
