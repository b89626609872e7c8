"""Decisions on a cuff's record: live, of unknown age, or from its memory."""

from typing import Final

import pytest

from monitor.core.sentences.english import english, in_words, sentence
from monitor.core.vocabulary.events import AlarmChanged, Closed, Duplicate, Rejudged
from monitor.core.vocabulary.inputs import Contact, CuffUser, MeasuredNow
from monitor.core.vocabulary.refusals import GateRefused
from monitor.core.vocabulary.status import UnknownAge
from tests.core.course import Course, dosed
from tests.core.refusing import refused

DAY: Final = 86_400.0
MIN: Final = 60.0


def clinic() -> Course:
    return Course(devices={"cuff": "cuff"})


def of_unknown_age(course: Course, t: float) -> UnknownAge:
    unknown = course.status(t).cuffs["cuff"].unknown
    assert unknown is not None
    return unknown


def ready(course: Course) -> None:
    """Send three live readings, each after a sign that the cuff inflates."""
    for n in range(3):
        course.inflates(300 * n + 5)
        course.record(300 * n + 40, 120 + n, 80, stamp=300 * n)


def test_a_live_reading_opens_the_gate_and_an_unknown_one_does_not() -> None:
    course = clinic()
    for n in range(3):
        course.record(300 * n + 40, 120 + n, 80, stamp=n * DAY)
    assert course.unmet(700) == ["baseline", "sbp", "dbp"]
    course = clinic()
    ready(course)
    assert course.unmet(700) == []


def test_the_first_two_of_a_running_clock_count_both() -> None:
    """The first is of unknown age until the second shows that it was live."""
    course = clinic()
    course.record(40, 120, 80, stamp=0)
    assert course.states("sbp") == ["suspect"]
    course.record(340, 122, 81, stamp=300)
    assert course.states("sbp") == ["accepted", "accepted"]
    assert course.unmet(350) == []


def test_a_crisis_of_unknown_age_is_told_after_three_seconds_with_these_words() -> None:
    course = clinic()
    course.record(40, 186, 112, stamp=0)
    assert course.status(42).vitals["sbp"].value == 186
    assert course.status(42).vitals["sbp"].state == "suspect"
    assert course.told("sbp_high") == []
    course.advance(43)
    assert course.told("sbp_high") == [(43, "raised", "sbp_high", "high")]
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert "Its age is unknown" in sentence(alarm)
    assert "A new measurement is needed." in sentence(alarm)
    assert course.commands("confirm") == [43]


def test_an_old_record_clears_confirms_satisfies_and_opens_nothing() -> None:
    course = dosed()
    course.bp(700 + 15 * MIN, 186, 112)
    course.inflates(700 + 30 * MIN)
    course.record(700 + 30 * MIN + 40, 188, 113, stamp=10 * DAY)
    course.advance(700 + 30 * MIN + 50)
    before = course.told("sbp_high", "dbp_high", "bp_overdue")
    for n in range(4):
        course.record(700 + 30 * MIN + 51 + n, 118, 76, stamp=n * DAY)
    assert course.told("sbp_high", "dbp_high", "bp_overdue") == before
    assert course.priority("sbp_high") == "high"
    assert course.states("sbp")[-4:] == ["late"] * 4
    assert course.rows("sbp")[-1][2] == "stored in the cuff, measured 7 days ago or more"
    assert course.status(700 + 31 * MIN).vitals["sbp"].value == 188
    cuff = course.status(700 + 31 * MIN).cuffs["cuff"]
    assert english(cuff.stored_because) == (
        "4 readings, each stored in the cuff, measured 7 days ago or more. Kept, and not watched."
    )


def test_old_crises_raise_nothing() -> None:
    course = clinic()
    for n, (sbp, dbp) in enumerate([(121, 79), (186, 112), (119, 77)]):
        course.record(40 + n, sbp, dbp, stamp=(4 * n) * DAY)
    course.advance(300)
    assert course.told("sbp_high", "dbp_high") == []
    assert course.states("sbp") == ["late", "late", "suspect"]


def test_what_an_unknown_one_raised_is_taken_back_when_it_proves_old() -> None:
    course = clinic()
    course.record(40, 186, 112, stamp=0)
    course.advance(50)
    assert course.priority("sbp_high") == "high"
    course.record(55, 120, 80, stamp=2 * DAY)
    assert course.standing("sbp_high") is course.standing("dbp_high") is None
    over = [e for e in course.events if isinstance(e, AlarmChanged)][-1]
    assert over.transition == "latched"
    assert over.alarm.reason == (
        "The reading that raised it was stored in the cuff, measured 2 days ago or more."
    )
    assert course.states("sbp") == ["late", "suspect"]


def test_taking_back_leaves_what_others_raised() -> None:
    course = clinic()
    course.inflates(5)
    course.record(40, 184, 112, stamp=0)
    course.advance(100)
    course.record(200, 186, 113, stamp=9 * DAY)
    course.advance(210)
    course.record(215, 120, 80, stamp=12 * DAY)
    assert course.priority("sbp_high") == "high"
    assert course.states("sbp") == ["accepted", "late", "suspect"]


def test_an_unknown_one_confirms_nothing() -> None:
    course = clinic()
    course.inflates(5)
    course.record(40, 165, 85, stamp=0)
    course.advance(50)
    course.record(120, 166, 85, stamp=9 * DAY)
    course.advance(130)
    assert course.standing("sbp_high") is None


def test_an_unknown_one_clears_nothing_and_ends_no_silence() -> None:
    course = dosed()
    course.bp(1000, 186, 112)
    course.advance(3000)
    assert course.priority("no_data") == "low"
    due = course.encounter.state.cuffs.schedule.check
    course.record(3010, 118, 76, stamp=0)
    course.advance(3020)
    assert course.priority("sbp_high") == "high"
    assert course.priority("no_data") == "low"
    assert course.encounter.state.cuffs.schedule.check == due


def test_measured_just_now_makes_it_live() -> None:
    course = clinic()
    course.record(40, 128, 82, stamp=0)
    unknown = of_unknown_age(course, 50)
    assert unknown.values == {"sbp": 128.0, "dbp": 82.0}
    course.apply(60, MeasuredNow(unknown.key, "m.keller"))
    assert course.states("sbp") == course.states("dbp") == ["accepted"]
    assert course.status(61).cuffs["cuff"].unknown is None
    assert course.encounter.state.baseline.readings.pressures(course.start + 61) == 1
    with refused("known"):
        course.apply(62, MeasuredNow(unknown.key, "m.keller"))


def test_measured_just_now_clears_what_a_live_one_would() -> None:
    course = clinic()
    course.bp(10, 186, 112)
    course.record(400, 118, 76, stamp=0)
    course.advance(410)
    assert course.priority("sbp_high") == "high"
    unknown = of_unknown_age(course, 410)
    course.apply(420, MeasuredNow(unknown.key, "m.keller"))
    assert course.standing("sbp_high") is None


def test_measured_just_now_is_said_within_ten_minutes() -> None:
    course = clinic()
    course.record(40, 128, 82, stamp=0)
    unknown = of_unknown_age(course, 50)
    assert course.status(641).cuffs["cuff"].unknown is None
    with refused("Measure again"):
        course.apply(641, MeasuredNow(unknown.key, "m.keller"))
    with refused("no such reading"):
        course.apply(641, MeasuredNow("nothing", "m.keller"))


def test_a_record_that_waits_survives_a_restart() -> None:
    from monitor.core.encounter import Encounter

    course = clinic()
    course.record(40, 186, 112, stamp=0)
    again = Encounter.restore(course.encounter.snapshot())
    assert again.deadline == course.encounter.deadline
    then = [in_words(event) for event in again.advance(course.start + 43)]
    assert then == course.advance(43)


def test_every_row_of_a_record_is_judged_anew_by_its_own_merits() -> None:
    course = clinic()
    course.observe(
        40, "cuff", {"sbp": 120.0, "dbp": 80.0, "map": 81.0}, record=True, stamp=0.0, seq=None
    )
    course.record(340, 122, 80, stamp=300)
    said = {e.keys[0]: (e.state, e.reason) for e in course.events if isinstance(e, Rejudged)}
    assert sorted(state for state, _ in said.values()) == ["accepted", "suspect"]
    assert course.rows("map") == [(81.0, "suspect", "mean 81 does not fit 120/80")]


@pytest.mark.parametrize("stored", [20, 240])
def test_a_memory_that_is_handed_over_again_is_not_stored_again(stored: int) -> None:
    course = clinic()
    for begins in (40, 400, 4000):
        for n in range(stored):
            course.record(begins + 0.01 * n, 118 + n % 3, 76, stamp=n * DAY)
        course.advance(begins + 10)
    assert len(course.rows("sbp")) == stored
    assert course.status(4020).vitals["sbp"].received == course.start + 40 + 0.01 * (stored - 1)


@pytest.mark.parametrize("heard", [False, True])
def test_the_newest_of_a_large_memory_is_judged_whenever_it_comes(heard: bool) -> None:
    for before in (0, 70, 150):
        course = clinic()
        if heard:
            course.inflates(20)
        for n in range(150):
            if n == before:
                course.record(40 + 0.01 * n, 190, 114, stamp=1000 * DAY)
            course.record(40 + 0.01 * n, 118 + n % 5, 76, stamp=(999 - n) * DAY)
        if before == 150:
            course.record(42, 190, 114, stamp=1000 * DAY)
        assert len(course.encounter.state.devices.sources["cuff"].cuff.records) <= 64
        course.advance(60)
        assert course.priority("sbp_high") == "high"
        [crisis] = [row for row in course.rows("sbp") if row[1] != "late"]
        assert crisis[:2] == (190.0, "accepted" if heard else "suspect")
        assert "waits" not in course.unmet(60)


def test_the_same_bytes_twice_are_one_reading_that_confirms_nothing() -> None:
    course = clinic()
    course.record(40, 186, 112, stamp=None)
    course.record(40.5, 186, 112, stamp=None)
    course.advance(60)
    assert course.states("sbp") == ["accepted"]
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional


def test_a_cuff_without_stamps_that_sends_all_twice_opens_the_gate() -> None:
    course = clinic()
    for t, sbp in ((10, 120), (310, 121), (610, 122)):
        for later in (0, 0.1, 1):
            course.record(t + later, sbp, 80, stamp=None)
    assert course.unmet(620) == []


def test_another_record_that_comes_once_more_beside_one_without_a_stamp_is_no_echo_of_it() -> None:
    course = clinic()
    course.record(40, 120, 80, stamp=None)
    course.record(50, 150, 90, stamp=None)
    course.record(50.5, 120, 80, stamp=None)
    course.advance(60)
    assert course.states("sbp") == ["late", "suspect"]


def test_a_reading_after_a_memory_that_was_handed_over_again_is_of_a_burst_with_it() -> None:
    course = clinic()
    course.record(40, 120, 80, stamp=0)
    course.record(400, 120, 80, stamp=0)
    course.record(401, 150, 90, stamp=5 * DAY)
    course.record(402, 151, 91, stamp=6 * DAY)
    course.advance(420)
    assert course.states("sbp") == ["suspect", "late", "suspect"]


def test_what_was_taken_for_live_leaves_the_baseline_when_it_proves_old() -> None:
    course = clinic()
    course.inflates(5)
    course.record(40, 120, 80, stamp=0)
    course.advance(50)
    assert course.encounter.state.baseline.readings.taken() == 1
    course.record(55, 122, 81, stamp=9 * DAY)
    course.advance(60)
    assert course.states("sbp") == ["late", "suspect"]
    assert course.encounter.state.baseline.readings.taken() == 0


def test_what_waited_for_a_repeat_is_decided_when_it_proves_live() -> None:
    course = clinic()
    course.record(40, 168, 90, stamp=0)
    unknown = of_unknown_age(course, 50)
    course.apply(300, MeasuredNow(unknown.key, "m.keller"))
    assert course.priority("sbp_high") == "medium"
    assert course.deadline is None or course.deadline > 300


def test_a_heart_rate_beside_half_a_pressure_is_looked_at_as_any() -> None:
    """A frozen rate is withdrawn by any message that shows it, and again by the next one."""
    course = Course(devices={"cuff": "cuff"})
    for n in range(130):
        course.observe(
            n, "cuff", {"hr": 68.0, "sbp" if n % 2 else "dbp": 120.0 - 40 * (n % 2 == 0)}
        )
    course.observe(131, "cuff", {"temp": 36.8})
    assert course.states("hr")[-1] == "suspect"
    assert course.status(131).baseline["hr"].grade == "poor"


def test_a_part_of_a_doubtful_measurement_is_as_doubtful() -> None:
    course = Course(devices={"cuff": "cuff"}, users={"cuff": 1})
    for n in range(3):
        at = 10.0 + 300 * n
        course.observe(at, "cuff", {"sbp": 120.0}, measured=at, user=2)
        course.observe(at + 1, "cuff", {"dbp": 80.0}, measured=at)
    assert {"baseline", "sbp", "dbp"} <= set(course.unmet(620))
    assert [p for p in course.encounter.state.cuffs.pressures if p.whole] == []


def test_what_the_broker_kept_of_an_inflating_cuff_makes_nothing_live() -> None:
    course = clinic()
    course.observe(30, "cuff", {}, measuring=True, seq=None, replayed=True)
    course.record(40, 118, 76, stamp=0)
    course.advance(50)
    assert course.states("sbp") == ["suspect"]


def test_a_proven_reading_is_not_overtaken_by_an_unproven_one() -> None:
    course = clinic()
    course.bp(10, 186, 112)
    course.record(400, 118, 76, stamp=0)
    course.observe(402, "", {"sbp": 190.0, "dbp": 114.0}, by="mara", measured=395)
    assert course.priority("sbp_high") == "high"
    assert course.encounter.state.alarms.standing["sbp_high"].value == 190


def test_the_first_proven_reading_after_an_unproven_one_is_no_repeat_of_it() -> None:
    course = clinic()
    course.record(40, 168, 90, stamp=0)
    course.advance(50)
    course.bp(120, 167, 90)
    assert course.standing("sbp_high") is None
    course.bp(190, 166, 90)
    assert course.priority("sbp_high") == "medium"


def test_a_check_that_an_old_record_had_satisfied_is_wanted_again() -> None:
    course = dosed()
    course.inflates(1570)
    course.record(1600, 120, 80, stamp=0)
    course.advance(1610)
    assert course.encounter.state.cuffs.schedule.check == 1
    course.record(1620, 122, 81, stamp=9 * DAY)
    assert course.states("sbp")[-2:] == ["late", "suspect"]
    assert course.encounter.state.cuffs.schedule.check == 0


def test_an_unproven_reading_ends_no_trouble_of_its_cuff() -> None:
    course = clinic()
    for n in range(3):
        course.observe(100 + 60 * n, "cuff", {}, failed=("sbp", "dbp"), record=True, seq=None)
    assert course.priority("signal_quality") == "low"
    course.record(400, 120, 80, stamp=0)
    course.advance(410)
    assert course.priority("signal_quality") == "low"


def test_what_is_remembered_of_a_record_that_comes_again_is_on_the_record() -> None:
    """The journal contains each input with an effect: replayed, they give the same decisions."""
    course = clinic()
    came: list[tuple[float, float, float | None]] = [
        (40, 120, 0), (400, 120, 0), (401, 150, 5 * DAY), (800, 130, None), (800.5, 130, None),
        (1200, 131, None),
    ]  # fmt: skip
    again = clinic()
    for t, sbp, stamp in came:
        events = course.record(t, sbp, 80, stamp=stamp)
        noted = [event.noted for event in events if isinstance(event, Duplicate)]
        if noted != [False]:
            again.record(t, sbp, 80, stamp=stamp)
    course.advance(1300)
    again.advance(1300)
    assert course.events == again.events
    assert [e.noted for e in course.events if isinstance(e, Duplicate)] == [True, True]
    strap = Course()
    strap.hr(1, 70)
    assert [e.noted for e in strap.again(2, "strap") if isinstance(e, Duplicate)] == [False]


def test_a_memory_that_is_handed_over_between_two_live_readings_makes_neither_old() -> None:
    """Signs of inflation prove the first live; repeats do not form a burst with the second."""
    course = clinic()
    course.record(1, 118, 77, stamp=-9 * DAY)
    course.inflates(60)
    course.record(65, 117, 71, stamp=0)
    course.record(84, 118, 77, stamp=-9 * DAY)
    course.record(84.1, 117, 71, stamp=0)
    course.inflates(92)
    course.record(96, 119, 75, stamp=31)
    course.advance(110)
    assert course.states("sbp") == ["suspect", "accepted", "accepted"]


def test_what_comes_with_a_record_that_was_known_does_not_come_alone() -> None:
    course = clinic()
    course.record(40, 118, 77, stamp=None)
    course.advance(50)
    course.record(64, 118, 77, stamp=None)
    course.record(66, 150, 90, stamp=None)
    course.advance(80)
    assert course.states("sbp")[-1] == "suspect"


# --- silence --------------------------------------------------------------------------------------


def silent(users: dict[str, int] | None = None) -> Course:
    """A session in which no pressure has come for half an hour."""
    course = dosed(users=users or {})
    course.bp(1000, 120, 80)
    course.advance(3000)
    assert course.priority("no_data") == "low"
    return course


def test_what_proves_live_ends_the_silence_from_its_receipt_on() -> None:
    course = silent()
    course.record(3010, 118, 76, stamp=0)
    course.apply(3300, MeasuredNow(of_unknown_age(course, 3300).key, "m.keller"))
    assert course.standing("no_data") is None
    course.advance(3010 + 1800)
    assert course.standing("no_data") is None
    course.advance(3010 + 1801)
    assert course.priority("no_data") == "low"


def test_so_does_what_proves_live_when_a_newer_one_has_come() -> None:
    """The newer reading is only diastolic, and silence does not wait for that."""
    course = silent()
    course.record(3010, 118, 76, stamp=0)
    course.observe(3100, "other", {"dbp": 76.0})
    course.apply(3110, MeasuredNow(of_unknown_age(course, 3110).key, "m.keller"))
    assert course.standing("no_data") is None


def test_so_does_what_proves_the_patients() -> None:
    course = silent(users={"cuff": 1})
    course.observe(3010, "cuff", {"sbp": 118.0, "dbp": 76.0}, user=2)
    course.advance(3020)
    assert course.priority("no_data") == "low"
    course.apply(3030, CuffUser("cuff", 2, "r.hill"))
    assert course.standing("no_data") is None


def test_what_proves_live_after_longer_than_silence_allows_does_not_end_it() -> None:
    """The newer record proves the age of the first, but is of another person."""
    course = Course(devices={"cuff": "cuff"}, users={"cuff": 1})
    course.record(100, 118, 76, stamp=0, user=1)
    course.advance(2000)
    assert course.priority("no_data") == "low"
    course.record(2010, 122, 78, stamp=1910, user=2)
    assert course.states("sbp") == ["accepted", "suspect"]
    assert course.priority("no_data") == "low"


def test_what_came_after_a_newer_one_ends_no_silence_when_it_proves_the_patients() -> None:
    course = silent(users={"cuff": 1})
    course.observe(4000, "other", {"sbp": 118.0, "dbp": 76.0}, measured=3900)
    course.observe(4100, "cuff", {"sbp": 118.0, "dbp": 76.0}, measured=3800, user=2)
    course.apply(4110, CuffUser("cuff", 2, "r.hill"))
    assert course.states("sbp")[-2:] == ["accepted", "accepted"]
    course.advance(4000 + 1801)
    assert course.priority("no_data") == "low"


def test_a_diastolic_alone_ends_no_silence_when_it_proves_the_patients() -> None:
    course = silent(users={"cuff": 1})
    course.observe(3010, "cuff", {"dbp": 76.0}, user=2)
    course.apply(3030, CuffUser("cuff", 2, "r.hill"))
    assert course.states("dbp")[-1] == "accepted"
    assert course.priority("no_data") == "low"


def test_silence_that_was_ended_by_another_persons_reading_goes_on() -> None:
    course = silent()
    course.observe(3010, "cuff", {"sbp": 118.0, "dbp": 76.0}, user=2)
    assert course.standing("no_data") is None
    course.apply(3030, CuffUser("cuff", 1, "r.hill"))
    assert course.priority("no_data") == "low"


def test_so_does_silence_that_was_ended_by_what_proves_old() -> None:
    course = silent()
    course.inflates(3000)
    course.record(3030, 118, 76, stamp=0)
    course.advance(3040)
    assert course.standing("no_data") is None
    course.record(3050, 122, 78, stamp=9 * DAY)
    assert course.states("sbp")[-2:] == ["late", "suspect"]
    assert course.priority("no_data") == "low"


# --- the end --------------------------------------------------------------------------------------


def test_a_crisis_that_waits_is_told_before_the_session_closes() -> None:
    course = clinic()
    course.contacts(1, Contact(id=1, name="Dr One", after_s=0.0))
    course.record(40, 186, 112, stamp=0)
    course.close(41)
    assert course.told("sbp_high") == [(41, "raised", "sbp_high", "high")]
    assert (41, 1) in course.notices()
    assert isinstance(course.events[-1], Closed)
    assert course.deadline is None


def test_what_proves_live_is_believed_before_the_session_closes() -> None:
    course = clinic()
    course.inflates(5)
    course.record(40, 118, 76, stamp=0)
    course.close(41)
    assert course.states("sbp") == ["accepted"]
    assert isinstance(course.events[-1], Closed)


def discharged() -> Course:
    """A session whose gates are open."""
    course = dosed()
    for n in range(1, 14):
        course.bp(700 + 15 * MIN * n, 121, 80)
    assert [gate.unmet for gate in course.status(12_410).gates] == [(), ()]
    return course


@pytest.mark.parametrize("inflates", [True, False])
def test_gates_are_shut_while_a_record_waits(inflates: bool) -> None:
    """It may be a crisis, and it may be a week old: no gate opens on it."""
    course = discharged()
    if inflates:
        course.inflates(12_420)
    course.record(12_450, 118, 76, stamp=0)
    assert [[u.id for u in gate.unmet] for gate in course.status(12_451).gates] == [["waits"]] * 2
    assert [gate.unmet for gate in course.status(12_453).gates] == [(), ()]


def test_a_close_that_is_refused_decides_nothing() -> None:
    course, calm = discharged(), discharged()
    for one in (course, calm):
        one.record(12_450, 186, 112, stamp=0)
    with pytest.raises(GateRefused) as refused:
        course.close(12_451, override=None)
    assert "waits" in [u.id for u in refused.value.unmet]
    calm.advance(12_451)
    assert course.encounter.state == calm.encounter.state
    course.advance(12_460)
    assert course.told("sbp_high") == [(12_453, "raised", "sbp_high", "high")]


def test_before_the_dose_a_low_pressure_that_waits_shuts_the_gate() -> None:
    course = clinic()
    ready(course)
    course.record(700, 78, 50, stamp=9 * DAY)
    assert course.unmet(701) == ["waits"]
    assert "alarm" in course.unmet(710)
