"""English: the language of the record, of the contract's `reason`, and of the page today."""

from typing import Any, Final, Protocol

from msgspec import UnsetType
from msgspec.structs import replace

from monitor.core.sentences import (
    calls,
    course,
    doubts,
    equipment,
    faults,
    limits_crossed,
    minutes,
    sensors,
)
from monitor.core.sentences.languages import Language, Table, say
from monitor.core.sentences.people import (
    alarm_conditions,
    consequences,
    gate_conditions,
    refused,
    reported,
    signing_in,
    unacceptable,
    undelivered,
)
from monitor.core.vocabulary.events import (
    Alarm,
    AlarmChanged,
    Blinded,
    ClockStepped,
    Closed,
    Corrected,
    DoseRecorded,
    Event,
    Judged,
    MeasurementFailed,
    Notice,
    NumberReused,
    Rejudged,
    Unwatched,
)
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import GateRefused, Refused

TABLES: Final[tuple[Table, ...]] = (
    minutes.SENTENCES, limits_crossed.SENTENCES, calls.SENTENCES, course.SENTENCES,
    reported.SENTENCES, equipment.SENTENCES, sensors.SENTENCES, faults.SENTENCES,
    doubts.SENTENCES, refused.SENTENCES, gate_conditions.SENTENCES, alarm_conditions.SENTENCES,
    consequences.SENTENCES, unacceptable.SENTENCES, signing_in.SENTENCES,
    undelivered.SENTENCES,
)  # fmt: skip
ENGLISH: Final = Language("en", {code: one for table in TABLES for code, one in table.items()})

# Reasons that say how long it lasted, and are complete without it.
_TIMED: Final = {faults.fault_over.__name__, equipment.flood_over.__name__}

# The fields of an event that are a sentence and its reason.
_SENTENCE_OF: Final[dict[type[Event], tuple[str, str]]] = {
    Judged: ("reason", "because"),
    Rejudged: ("reason", "because"),
    ClockStepped: ("reason", "because"),
    NumberReused: ("reason", "because"),
    Corrected: ("follows", "follows_because"),
    MeasurementFailed: ("cause", "because"),
    Unwatched: ("why", "because"),
    Notice: ("suppressed", "because"),
}


class Decided(Protocol):
    """A decision with its reason: as data, and as the sentence on the record ("" in the core)."""

    @property
    def because(self) -> Reason | UnsetType | None: ...
    @property
    def reason(self) -> str: ...


def english(reason: Reason | None) -> str:
    """Return the words for a reason; "" if there is none."""
    return "" if reason is None else say(reason, ENGLISH)


def sentence(of: Decided) -> str:
    """Return the sentence of a decision: as it is on the record, else from its reason."""
    return of.reason or (say(of.because, ENGLISH) if of.because else "")


def source(alarm: Alarm) -> str:
    """Return where the limit of an alarm comes from."""
    return alarm.source or say(alarm.limit_source, ENGLISH)


def why_not(refusal: Refused) -> str:
    """Return the sentence of a refusal; of a shut gate with the sentences of its conditions."""
    words = english(refusal.because)
    if not isinstance(refusal, GateRefused):
        return words
    return f"{words}: {' '.join(english(one.because) for one in refusal.unmet)}"


def standing(alarm: Alarm) -> str:
    """Return an alarm's sentence for display now: with a note if its data are lost."""
    return noted(alarm, sentence(alarm))


def noted(alarm: Alarm, words: str) -> str:
    """Return the words with a note if the data of the alarm are lost."""
    if alarm.data_lost_at is None or alarm.cleared_at is not None:
        return words
    return calls.data_lost(words)


def brief(reason: Reason) -> str:
    """Return the sentence without how long it lasted; "" if it does not say that."""
    if reason.code not in _TIMED:
        return ""
    return english(replace(reason, facts=reason.facts | {"seconds": None}))


def in_words(event: Event) -> Event:
    """Return an event as it is recorded: with the sentence of its reason beside the data."""
    if type(event) is Judged and not event.because:
        return event  # nearly always
    if isinstance(event, (AlarmChanged, Blinded)):
        return replace(event, alarm=alarm_in_words(event.alarm))
    words = _words(event)
    return replace(event, **words) if words else event


def _words(event: Event) -> dict[str, Any]:
    """Return the fields of an event that are sentences; one that is on the record stays."""
    if isinstance(event, (DoseRecorded, Closed)):
        return {"unmet": event.unmet or tuple(english(one) for one in event.unmet_because)}
    if (known := _SENTENCE_OF.get(type(event))) is None:
        return {}
    field, because = known
    return {field: getattr(event, field) or english(getattr(event, because))}


def alarm_in_words(alarm: Alarm) -> Alarm:
    return replace(alarm, reason=sentence(alarm), source=source(alarm))
