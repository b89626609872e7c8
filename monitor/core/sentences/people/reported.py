"""Reports and corrections of people: symptoms, a call for help, and what was set right."""

from typing import Final

from monitor.core.sentences.figures import ended, figure
from monitor.core.sentences.languages import table
from monitor.core.vocabulary.vitals import VITALS


def text(text: str) -> str:
    """Pass on a text as it was typed, sent or recorded."""
    return text


def symptom(symptom: str, by: str, when: str) -> str:
    return f"{symptom.replace('_', ' ').capitalize()} reported by {by}, {when}."


def help_requested(by: str, when: str) -> str:
    return f"Help asked for by {by}, {when}."


def taken_up(by: str) -> str:
    return f"Taken up by {by}."


def dose_corrected(by: str, text: str) -> str:
    return ended(f"{by} corrected a dose: {text}")


def patient_corrected(by: str, text: str) -> str:
    return ended(f"{by} corrected what is known of the patient: {text}")


def reading_struck(by: str, text: str) -> str:
    return ended(f"The reading that raised it was struck out by {by}: {text}")


def value_struck(vital: str, value: float | None, by: str, text: str) -> str:
    """value: None if the alarm showed another one."""
    which = "a reading" if value is None else f"the reading of {figure(vital, value)}"
    return ended(f"{VITALS[vital].name}: {which} that raised it was struck out by {by}: {text}")


def only_reading_struck(by: str) -> str:
    return f"It is not expected: {by} struck out the only reading of it."


def other_half_against() -> str:
    return "The other half of the measurement speaks against it."


def judged_anew() -> str:
    return "It was judged anew."


def was_old(why: str) -> str:
    """why: a phrase."""
    return ended(f"The reading that raised it was {why}")


def age_unknown() -> str:
    return "It waited while the clock of its device was set: how old it is, is not known."


def user_stated(by: str, user: int) -> str:
    return f"{by} says that the patient is user {user} of the cuff."


SENTENCES: Final = table(
    text, symptom, help_requested, taken_up, dose_corrected, patient_corrected, reading_struck,
    value_struck, only_reading_struck, other_half_against, judged_anew, was_old, age_unknown,
    user_stated,
)  # fmt: skip
