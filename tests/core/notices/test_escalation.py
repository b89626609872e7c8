"""Notices: to whom, when, when again, and until when. Times are seconds from the opening."""

from typing import Final

import msgspec
import pytest
from hypothesis import given

from monitor.core.notices import escalation
from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.protocol import Escalation, Escalations
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import AlarmChanged, Notice
from monitor.core.vocabulary.inputs import Contact, Note, TakeOver
from monitor.core.vocabulary.reasons import NONE, Reason
from tests.core.course import START, Course
from tests.core.refusing import refused
from tests.core.scripts import Script, inputs, scripts
from tests.core.test_laws import LAW, turns

ANNA: Final = Contact(id=1, name="Anna", after_s=0)
BERT: Final = Contact(id=2, name="Bert", after_s=60)
CARA: Final = Contact(id=3, name="Cara", after_s=60, order=1)
T: Final = 1000.0
# In these stories no pressure reading falls due, and no vital sign is expected.
CALM: Final = msgspec.structs.replace(PRESETS["sl_home"], bp_minutes=(9000.0,))


def course(*contacts: Contact, dose: bool = True) -> Course:
    made = Course(CALM, devices={})
    made.contacts(1, *contacts)
    if dose:
        made.dose(10)
    return made


def alarm(made: Course) -> str:
    return next(iter(made.encounter.state.alarms)).id


def test_contacts_are_told_at_their_times_and_again_until_somebody_acknowledges() -> None:
    made = course(CARA, BERT, ANNA)
    made.help(T)
    made.advance(T + 59)
    assert made.notices() == [(T, 1)]
    made.advance(T + 200)
    assert made.notices() == [(T, 1), (T + 60, 2), (T + 60, 3), (T + 180, 1)]
    made.acknowledge(T + 239, alarm(made))
    made.advance(T + 2000)
    assert len(made.notices()) == 4
    assert made.deadline is None or made.deadline > T + 2000


@pytest.mark.parametrize(("symptom", "expected"), [
    ("chest_pain", [(T, 1), (T + 60, 2)]),               # high
    ("vomiting", [(T + 120, 1), (T + 180, 2)]),          # medium: two minutes later
    ("nausea", []),                                      # low: only to contacts that asked for it
])  # fmt: skip
def test_a_priority_has_its_delay(symptom: str, expected: list[tuple[float, int]]) -> None:
    made = course(ANNA, BERT)
    made.symptom(T, symptom)
    made.advance(T + 179.5 if symptom == "chest_pain" else T + 181)
    assert made.notices() == expected


def test_a_protocol_may_have_its_own_delays() -> None:
    own = Escalations(high=Escalation(delay_s=5, repeat_s=0))
    made = Course(msgspec.structs.replace(CALM, escalation=own), devices={})
    made.contacts(1, ANNA, BERT)
    made.help(T)
    made.advance(T + 5000)
    assert made.notices() == [(T + 5, 1), (T + 65, 2)]


def test_low_alarms_go_to_who_wants_them_but_in_quiet_hours_stay_on_the_record() -> None:
    quiet = ((START + T, START + T + 700),)
    for contact, suppressed in (
        (msgspec.structs.replace(ANNA, low=True), ""),
        (msgspec.structs.replace(ANNA, low=True, quiet=quiet), "quiet hours"),
        (msgspec.structs.replace(ANNA, low=True, quiet=((START, START + 500),)), ""),
    ):
        made = course(contact)
        made.temp(T - 80, 37.9)
        made.temp(T, 37.9)
        assert made.told("temp_high") == [(T, "raised", "temp_high", "low")]
        made.advance(T + 5000)
        sent = [e for e in made.events if isinstance(e, Notice)]
        (notice,) = [e for e in sent if e.alarm_id == sent[0].alarm_id]
        assert (notice.at - notice.onset, notice.priority) == (650, "low")
        assert notice.because == (Reason("quiet_hours") if suppressed else NONE)


def test_low_alarms_go_to_nobody_else() -> None:
    made = course(ANNA)
    made.temp(T - 80, 37.9)
    made.temp(T, 37.9)
    assert made.priority("temp_high") == "low"
    made.advance(T + 700)
    assert made.priority("temp_high") == "low"
    assert made.notices() == []


def test_one_that_eases_goes_on_with_the_delay_of_its_priority() -> None:
    made = course(msgspec.structs.replace(ANNA, after_s=600))
    made.bp(T, 190, 92)
    for n in range(1, 9):
        made.bp(T + 70 * n, 170, 92)
    eased = [t for t, change, *_ in made.told("sbp_high") if change == "deescalated"]
    assert eased
    assert eased[0] < T + 600
    made.advance(T + 719)
    assert made.notices() == []
    made.advance(T + 721)
    (first, *_) = [e for e in made.events if isinstance(e, Notice)]
    assert (first.at - START, first.priority) == (T + 720, "medium")


def test_each_round_has_its_number_and_a_worse_alarm_begins_with_one() -> None:
    made = course(ANNA)
    made.help(T)
    made.advance(T + 400)
    assert [e.round for e in made.events if isinstance(e, Notice)] == [1, 2, 3]


def test_while_nobody_watches_one_contact_is_enough_to_begin_with() -> None:
    made = course(ANNA, BERT)
    made.attended(T - 5, watched=False)
    made.help(T)
    assert made.notices() == [(T, 1)]
    made.advance(T + 60)
    assert (T + 60, 2) in made.notices()


def test_quiet_hours_hold_no_medium_and_no_high_alarm_back() -> None:
    quiet = ((START, START + 9999),)
    for symptom in ("vomiting", "chest_pain"):
        made = course(msgspec.structs.replace(ANNA, quiet=quiet))
        made.symptom(T, symptom)
        made.advance(T + 121)
        notices = [e for e in made.events if isinstance(e, Notice)]
        assert [e.because for e in notices] == [NONE]


@pytest.mark.parametrize(("duty", "expected"), [
    (None, (T, 1)),
    (((START + 500, START + 2000),), (T, 1)),
    (((START + 500, START + T),), (T + 60, 2)),         # it ended in that second
    (((START + T + 30, START + 9000),), (T + 30, 1)),   # notified when the duty begins
])  # fmt: skip
def test_whoever_is_on_duty_is_told(
    duty: tuple[tuple[float, float], ...] | None, expected: tuple[float, int]
) -> None:
    made = course(msgspec.structs.replace(ANNA, duty=duty), BERT)
    made.help(T)
    made.advance(T + 100)
    assert made.notices()[0] == expected


def test_when_nobody_is_on_duty_everybody_is_told() -> None:
    away = ((START, START + 10),)
    made = course(*(msgspec.structs.replace(c, duty=away) for c in (ANNA, BERT)))
    made.help(T)
    made.advance(T + 60)
    assert made.notices() == [(T, 1), (T + 60, 2)]


def test_the_supervisor_s_own_telephone_and_browser_fill_no_hole_in_the_rota() -> None:
    away = msgspec.structs.replace(BERT, after_s=0, duty=((START, START + 10),))
    own = Contact(id=7, name="thea", after_s=0, user="thea")
    browser = msgspec.structs.replace(own, id=-101, person=False)
    made = course(away, own, browser)
    made.apply(20, TakeOver("thea"))
    made.help(T)
    assert sorted(made.notices()) == [(T, -101), (T, 2), (T, 7)]
    for contact in (2, 7):
        made.reported(T + 1, alarm(made), contact, ok=False)
    failed = [a for a in made.encounter.state.alarms if a.condition == "notice_failed"]
    assert [a.priority for a in failed] == ["high", "high"]


def test_alarms_follow_who_supervises() -> None:
    hers, his = (
        Contact(id=n, name=user, after_s=0, user=user) for n, user in ((7, "mara"), (8, "theo"))
    )
    made = course(hers, his, BERT)
    made.apply(20, TakeOver("mara"))
    made.help(T)
    made.advance(T + 61)
    assert made.notices() == [(T, 7), (T + 60, 2)]
    made.apply(T + 70, TakeOver("theo", "mara asked"))
    assert made.notices()[2:] == [(T + 70, 8)]


def test_before_the_dose_nobody_is_sent_for_about_equipment_and_for_people_they_are() -> None:
    made = course(msgspec.structs.replace(ANNA, low=True), dose=False)
    made.fault(T, "storage_fault")
    made.advance(T + 1500)
    assert made.notices() == []
    made.help(T + 1600)
    assert made.notices() == [(T + 1600, 1)]


def test_technical_alarms_of_a_dosed_session_escalate_like_the_others() -> None:
    made = course(ANNA)
    made.fault(T, "storage_fault")
    made.advance(T + 121)
    assert made.notices() == [(T + 120, 1)]
    made.fault_over(T + 300, "storage_fault")
    made.advance(T + 9000)
    assert len(made.notices()) == 1


def test_an_alarm_that_worsens_is_told_anew_and_to_nobody_later_than_it_would_have_been() -> None:
    made = course(ANNA, BERT)
    made.fault(T, "broker_lost")  # low, medium after a minute
    made.advance(T + 119)
    assert made.notices() == []
    made.advance(T + 181)
    assert made.notices() == [(T + 120, 1), (T + 180, 2)]
    made = course(ANNA, BERT, Contact(id=4, name="Dora", after_s=600))
    made.bp(T, 170, 90, measured=T)  # medium when no repeat comes
    made.advance(T + 400)
    before = len(made.notices())
    made.bp(T + 401, 190, 92)
    assert made.notices()[before:] == [(T + 401, 1), (T + 401, 2)]
    for swing in range(2):  # medium, and high again
        for t, sbp in ((60, 170), (120, 170), (180, 190), (240, 190)):
            made.bp(T + 401 + 240 * swing + t, sbp, 92)
    assert [change for _, change, _, _ in made.told("sbp_high")].count("escalated") == 3
    assert min(t for t, contact in made.notices() if contact == 4) == T + 91 + 600


def test_one_that_worsens_after_it_was_acknowledged_begins_anew() -> None:
    made = course(ANNA, BERT)
    made.bp(T, 170, 90, measured=T)
    made.advance(T + 300)
    made.acknowledge(T + 390, alarm(made))
    before = len(made.notices())
    made.bp(T + 401, 190, 92)
    made.advance(T + 470)
    assert made.notices()[before:] == [(T + 401, 1), (T + 461, 2)]


def test_an_acknowledged_high_alarm_that_stands_is_told_again_when_it_is_raised_again() -> None:
    made = course(ANNA)
    made.bp(T, 190, 92)
    for standing in list(made.encounter.state.alarms):
        made.acknowledge(T + 5, standing.id)
    before = len(made.notices())
    made.advance(T + 604)
    assert len(made.notices()) == before
    made.advance(T + 606)
    assert {t for t, _ in made.notices()[before:]} == {T + 605}


def test_what_is_over_but_latched_is_told_on() -> None:
    made = course(ANNA, BERT)
    made.bp(T, 190, 92)
    made.bp(T + 30, 120, 80)
    made.bp(T + 50, 120, 80)
    assert all(a.presence == "latched" for a in made.encounter.state.alarms)
    made.advance(T + 61)
    assert (T + 60, 2) in made.notices()


def test_an_alarm_decided_late_counts_from_its_onset_but_not_from_long_ago() -> None:
    for behind, told in ((0.0, T + 30), (20.0, T + 10), (300.0, T)):
        made = course(Contact(id=1, name="Anna", after_s=30))
        made.bp(T, 190, 92, measured=T - behind, sent=T)
        made.advance(T + 40)
        assert {t for t, _ in made.notices()} == {told}


# --- undeliverable notices ------------------------------------------------------------------------


def test_a_failure_is_an_alarm_and_the_next_contact_is_told_sooner() -> None:
    made = course(ANNA, BERT, CARA)
    made.help(T)
    made.reported(T + 2, alarm(made), 1, ok=False)
    assert made.notices() == [(T, 1), (T + 2, 2)]
    failed = made.standing("notice_failed")
    assert failed is not None
    assert (failed.priority, failed.onset) == ("medium", START + T + 2)
    assert sentence(failed) == "A contact could not be told of an alarm: no answer."
    made.reported(T + 3, alarm(made), 1, ok=False)
    assert (T + 3, 3) in made.notices()
    assert [c for _, c, _, _ in made.told("notice_failed")] == ["raised"]
    made.reported(T + 9, alarm(made), 1, ok=True)
    assert made.standing("notice_failed") is None


def test_sooner_is_the_next_whose_time_has_not_come() -> None:
    own = Contact(id=-101, name="thea’s browser", after_s=0, user="thea", person=False)
    made = course(own, BERT, CARA)
    made.apply(20, TakeOver("thea"))
    made.attended(30, watched=False)
    made.advance(100)
    made.acknowledge(110, alarm(made))
    made.advance(T - 1)
    made.acknowledge(T - 1, alarm(made))  # it came on again
    made.help(T)
    assert made.notices()[-2:] == [(T, -101), (T, 2)]


def test_whoever_failed_before_it_worsened_is_not_the_next() -> None:
    made = course(msgspec.structs.replace(ANNA, after_s=30), BERT)
    made.bp(T, 170, 90, measured=T)  # medium when no repeat comes
    made.advance(T + 400)
    made.acknowledge(T + 400, alarm(made))
    made.bp(T + 401, 190, 92)
    (high,) = [a.id for a in made.encounter.state.alarms if a.condition == "sbp_high"]
    made.reported(T + 402, high, 1, ok=False)
    assert (T + 402, 2) in made.notices()
    assert (T + 402, 1) not in made.notices()


def test_when_nobody_can_be_told_that_is_a_high_alarm() -> None:
    made = course(ANNA)
    made.help(T)
    made.reported(T + 2, alarm(made), 1, ok=False)
    assert made.priority("notice_failed") == "high"


def test_when_nobody_on_duty_can_be_told_everybody_else_is() -> None:
    off = msgspec.structs.replace(BERT, duty=((START - 9000, START - 8000),))
    made = course(ANNA, off)
    made.help(T)
    made.advance(T + 100)
    assert made.notices() == [(T, 1)]
    made.reported(T + 101, alarm(made), 1, ok=False)
    assert made.notices() == [(T, 1), (T + 101, 2)]
    assert made.priority("notice_failed") == "medium"
    made.reported(T + 102, "", 1, ok=True)
    made.advance(T + 999)
    assert (T + 281, 2) not in made.notices()


# --- contacts who decline -------------------------------------------------------------------------


def test_whoever_cannot_is_told_no_more_and_the_next_is_at_once() -> None:
    made = course(ANNA, BERT, CARA)
    made.help(T)
    made.declined(T + 20, alarm(made), 1)
    assert made.notices() == [(T, 1), (T + 20, 2)]
    made.declined(T + 30, alarm(made), 2)
    assert made.notices() == [(T, 1), (T + 20, 2), (T + 30, 3)]
    assert escalation.nobody_left(made.encounter.state) == []
    made.advance(T + 211)
    assert made.notices()[3:] == [(T + 210, 3)]


def test_when_everybody_was_told_the_one_told_longest_ago_is_told_again() -> None:
    made = course(ANNA, BERT, CARA)
    made.help(T)
    made.declined(T + 100, alarm(made), 1)
    assert made.notices() == [(T, 1), (T + 60, 2), (T + 60, 3), (T + 100, 2)]
    made.advance(T + 290)
    assert made.notices()[4:] == [(T + 240, 3), (T + 280, 2)]


def test_when_nobody_is_left_the_alarm_stands_and_everybody_is_told_on() -> None:
    made = course(ANNA, BERT)
    made.help(T)
    for after, contact in ((20, 1), (40, 2)):
        assert escalation.nobody_left(made.encounter.state) == []
        made.declined(T + after, alarm(made), contact)
    assert escalation.nobody_left(made.encounter.state) == [alarm(made)]
    assert [a.presence for a in made.encounter.state.alarms] == ["on"]
    made.advance(T + 201)
    assert made.notices() == [(T, 1), (T + 20, 2), (T + 180, 1), (T + 200, 2)]
    # An acknowledgement after all, by any person, ends it.
    made.acknowledge(T + 210, alarm(made))
    assert escalation.nobody_left(made.encounter.state) == []


def test_whoever_cannot_is_told_when_it_worsens_or_the_others_cannot_be_reached() -> None:
    made = course(ANNA, BERT)
    made.help(T)
    made.declined(T + 20, alarm(made), 1)
    made.reported(T + 21, alarm(made), 2, ok=False)
    assert escalation.nobody_left(made.encounter.state) == [alarm(made)]
    made.advance(T + 181)
    assert (T + 180, 1) in made.notices()


def test_when_all_on_duty_cannot_whoever_is_off_duty_is_told() -> None:
    away = msgspec.structs.replace(BERT, duty=((0.0, 1.0),))
    made = course(ANNA, away)
    made.help(T)
    made.advance(T + 70)
    assert made.notices() == [(T, 1)]
    made.declined(T + 75, alarm(made), 1)
    assert made.notices() == [(T, 1), (T + 75, 2)]


def test_what_this_mode_keeps_back_and_the_supervisor_s_own_are_nobody_else() -> None:
    own = Contact(id=4, name="Hers", user="r.hill", after_s=900)
    made = course(ANNA, BERT, own)
    made.help(T)
    made.declined(T + 20, alarm(made), 1, BERT.id)
    assert escalation.nobody_left(made.encounter.state) == [alarm(made)]
    assert made.notices() == [(T, 1)]


def test_of_what_waits_for_nobody_nothing_can_be_declined() -> None:
    made = course(ANNA, BERT)
    made.help(T)
    taken = alarm(made)
    made.acknowledge(T + 5, taken)
    with refused("waits for nobody"):
        made.declined(T + 6, taken, 1)


def test_before_the_dose_it_is_low() -> None:
    made = course(ANNA, dose=False)
    made.help(T)
    made.reported(T + 2, alarm(made), 1, ok=False)
    assert made.priority("notice_failed") == "low"


def test_what_was_low_before_the_dose_is_more_urgent_after_it_and_eases_when_one_is_reached() -> (
    None
):
    made = course(ANNA, BERT, dose=False)
    made.help(T)
    for contact in (1, 2):
        made.reported(T + 2, alarm(made), contact, ok=False)
    made.dose(T + 10)
    now = {a.priority for a in made.encounter.state.alarms if a.condition == "notice_failed"}
    assert now == {"high"}
    made.reported(T + 20, "", 1, ok=True)
    assert made.priority("notice_failed") == "medium"


def test_it_is_over_when_the_contact_is_taken_off_the_list() -> None:
    made = course(ANNA, BERT)
    made.help(T)
    made.reported(T + 2, alarm(made), 1, ok=False)
    made.contacts(T + 3, BERT)
    assert made.standing("notice_failed") is None
    made.reported(T + 4, alarm(made), 1, ok=False)
    assert made.standing("notice_failed") is None


def test_whoever_is_added_late_is_told_once_and_not_of_every_round_that_was_missed() -> None:
    made = course()
    made.help(T)
    made.contacts(T + 1000, ANNA)
    assert made.notices() == [(T + 1000, 1)]
    made.advance(T + 1179)
    assert len(made.notices()) == 1


def test_after_the_close_nobody_is_told() -> None:
    made = course(ANNA, BERT)
    made.help(T)
    made.close(T + 10)
    made.advance(T + 5000)
    made.apply(T + 6000, Note("called the patient", "thea"))
    assert made.notices() == [(T, 1)]
    assert made.encounter.state.escalation.pending == {}


# --- for every session ----------------------------------------------------------------------------


@LAW
@given(scripts)
def test_nobody_is_told_of_an_alarm_that_was_acknowledged_or_is_over(script: Script) -> None:
    open_: set[str] = set()
    numbers: list[int] = []
    for encounter, turn in turns(inputs(script)):
        for event in turn.events:
            if isinstance(event, Notice):
                assert event.alarm_id in open_
                numbers.append(event.number)
                assert event.kind == "physiological" or encounter.state.session.doses
            elif isinstance(event, AlarmChanged):
                waits = event.alarm.presence in ("on", "latched")
                (open_.add if waits else open_.discard)(event.alarm.id)
    assert numbers == sorted(set(numbers))


@LAW
@given(scripts)
def test_whoever_is_to_be_told_is_told_at_the_deadline(script: Script) -> None:
    """Never later: after each turn no contact whose time has come still waits."""
    for encounter, turn in turns(inputs(script), rest=700.0):
        due = escalation.deadline(encounter.state)
        if due is not None and encounter.state.session.closed_at is None and not turn.refused:
            assert due > turn.now
            assert encounter.deadline is not None
            assert encounter.deadline <= due
