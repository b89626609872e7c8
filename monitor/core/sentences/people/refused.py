"""Refusals: an act that a session cannot do now, and how to do it, if there is a way."""

from typing import Final, Literal

from monitor.core.sentences.figures import figure, span
from monitor.core.sentences.languages import table
from monitor.core.vocabulary.vitals import VITALS
from monitor.core.vocabulary.words import Priority


def session_closed() -> str:
    return "This session is closed."


def opened_twice() -> str:
    return "A session is opened once."


# --- gates: the unmet conditions follow, after a colon --------------------------------------------


def dose_waits() -> str:
    return "The dose waits"


def second_dose_waits() -> str:
    return "The second dose waits"


def session_stays_open() -> str:
    return "The session stays open"


def more_than_given(reason: str) -> str:
    """reason: one of the three above."""
    return f"{reason}, for more than the reason was given for"


# --- doses ----------------------------------------------------------------------------------------


def dose_ahead() -> str:
    return "A dose cannot be recorded ahead of its time."


def dose_long_ago(minutes: int) -> str:
    return f"A dose can be recorded at most {minutes} min after it was taken."


def later_dose_recorded() -> str:
    return "A later dose is already on the record."


# --- corrections ----------------------------------------------------------------------------------


def no_such_dose() -> str:
    return "There is no such dose on the record."


def recorded_so() -> str:
    return "This is what stands on the record already."


def corrected_ahead() -> str:
    return "A dose cannot lie ahead of its time."


def before_opening() -> str:
    return "A dose of this session cannot be from so long before it was opened."


def before_other_dose() -> str:
    return "The dose before it was later: correct that one first."


def after_other_dose() -> str:
    return "The dose after it was earlier: correct that one first."


def no_birth_year() -> str:
    return "The year of birth is none."


def risks_not_listed() -> str:
    return "The risk factors are not all in the list."


def struck_before() -> str:
    return "This reading was struck out already."


def sent_by_device() -> str:
    return "A device sent this reading. Only what a person typed can be struck out."


# --- limits and the baseline ----------------------------------------------------------------------


def no_own_limit() -> str:
    return "Nobody has set a limit here, so there is none to take back."


def limit_impossible(vital: str, value: float) -> str:
    sign = VITALS[vital]
    return (
        f"{sign.name} {value:g} is impossible: a limit lies between {sign.low:g} and "
        f"{sign.high:g} {sign.unit}."
    )


def limit_not_stricter(vital: str, priority: Priority, limit: float, source: str) -> str:
    """limit: the one in force, and its source."""
    return (
        f"The {priority} limit of {figure(vital, limit)} ({source}) is as "
        "strict. A limit for one session can only be stricter; another protocol may be laxer."
    )


def not_a_vital_sign(word: str) -> str:
    return f"{word} is not a vital sign."


def nothing_measured() -> str:
    return "Nothing was measured yet, so there is no baseline to take again."


def too_few_readings(vital: str | None) -> str:
    """vital: the first that lacks some; None: all do."""
    of = f" of {VITALS[vital].name.lower()}" if vital else ""
    return (
        f"The last 15 min hold too few clean readings{of} for a baseline. Measure, a minute "
        "apart, and take it again then."
    )


# --- reports, checks and supervision --------------------------------------------------------------


def not_a_symptom(word: str) -> str:
    return f"{word} is not in the list of symptoms."


def not_a_check(word: str, known: tuple[str, ...]) -> str:
    return f"{word} is none of the checks: {', '.join(known)}."


def supervises_already(name: str) -> str:
    return f"{name} supervises this session already."


def not_offered(name: str) -> str:
    """name: of the supervisor."""
    return f"{name} supervises this session and has not offered it: say why."


# --- alarms and notices ---------------------------------------------------------------------------


def no_alarm(alarm: str) -> str:
    return f"There is no alarm {alarm} in this session."


def alarm_of_closed() -> str:
    return "The session of this alarm is closed."


def taken_before() -> str:
    return "This alarm waits for nobody any more."


def declined_in_vain() -> str:
    return "This waits for nobody any more; nobody else was told."


def link_closed(state: Literal["used", "expired", "over", "changed"]) -> str:
    """state: "changed": a test of it went to other addresses."""
    why = "of a test that went to other addresses" if state == "changed" else state
    return f"This link is {why}; nothing was done by it."


# --- cuffs ----------------------------------------------------------------------------------------


def not_serving(device: str) -> str:
    return f"Device {device} does not serve this session."


def age_known() -> str:
    return "The age of this reading is known."


def record_old(seconds: float) -> str:
    return f"This reading came {span(seconds)} ago. Measure again."


def no_such_record() -> str:
    return "There is no such reading of a cuff."


SENTENCES: Final = table(
    session_closed, opened_twice, dose_waits, second_dose_waits, session_stays_open,
    more_than_given, dose_ahead, dose_long_ago, later_dose_recorded, no_such_dose, recorded_so,
    corrected_ahead, before_opening, before_other_dose, after_other_dose, no_birth_year,
    risks_not_listed, struck_before, sent_by_device, no_own_limit, limit_impossible,
    limit_not_stricter, not_a_vital_sign, nothing_measured, too_few_readings, not_a_symptom,
    not_a_check, supervises_already, not_offered, no_alarm, alarm_of_closed, taken_before,
    declined_in_vain, link_closed, not_serving, age_known, record_old, no_such_record,
)  # fmt: skip
