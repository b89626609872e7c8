"""Devices: silence, absence, floods, lost numbers, late readings, and clocks."""

from typing import Final, Literal

from monitor.core.sentences.figures import after, off, span
from monitor.core.sentences.languages import table
from monitor.core.vocabulary.vitals import VITALS

_CLOCK_MEANS: Final = {
    "received": "Its readings are placed by when they were received.",
    "unknown": (
        "Whether its readings are of now is not known: they raise alarms, and end none."
    ),
    "as_old": "Its readings are taken for as old as they say.",
}  # fmt: skip


def no_data(vital: str, since: str | None, standing: bool) -> str:
    """standing: an alarm about the patient is active on it."""
    name = VITALS[vital].silence.name
    kept = " The alarm on it stands and is not cleared by silence." if standing else ""
    return f"No {name.lower()} comes{_since(since)}. {name} is not watched.{kept}"


def data_back(vital: str) -> str:
    return f"{VITALS[vital].silence.name} comes again."


def not_expected(vital: str, by: str) -> str:
    return (
        f"{VITALS[vital].silence.name} is not expected: {by} took out the device that measures it."
    )


def bp_overdue(when: str) -> str:
    """when: "30 min after the dose"."""
    return f"The pressure reading {when} is overdue."


def bp_taken() -> str:
    return "The pressure reading that was due is in."


def device_removed(device: str, by: str) -> str:
    return f"Device {device} was taken out of the session by {by}."


def device_offline(device: str, since: str | None) -> str:
    return f"Device {device} is offline{_since(since)}. What it measures is not watched."


def device_back(device: str) -> str:
    return f"Device {device} is back."


def device_flooding(device: str, since: str | None) -> str:
    return (
        f"Device {device} sends more than it should{_since(since)}. Its newest readings are judged "
        "first, and the rest wait. Restart it, or take it out of the session and use another."
    )


def flood_over(device: str, seconds: float | None, dropped: int) -> str:
    """seconds: None where its length is written beside it."""
    lost = f" {dropped} of its readings were dropped." if dropped else ""
    return f"Device {device} sends as usual again{after(seconds)}.{lost}"


def late_data(device: str, late: str) -> str:
    """late: a phrase about the newest."""
    return (
        f"Readings of device {device} come late, the newest {late}. They are kept, and not watched."
    )


def in_time_again(device: str) -> str:
    return f"Readings of device {device} come in time again."


def _since(since: str | None) -> str:
    return f" since {since}" if since else ""


# --- numbers --------------------------------------------------------------------------------------


def numbers_missing(device: str, count: int, first: int, last: int) -> str:
    """count: of the numbers from first to last."""
    numbers = f"numbers {first} to {last}"
    if first == last:
        numbers = f"number {first}"
    elif count < last - first + 1:
        numbers = f"between numbers {first} and {last}"
    return (
        f"Missing from device {device}: {_readings(count)} ({numbers}). What was in them is "
        "unknown."
    )


def numbers_lost(device: str, count: int) -> str:
    return f"Recorded as lost from device {device}: {_readings(count)}."


def numbers_found(device: str) -> str:
    return f"Device {device} has sent what was missing."


def counts_by(device: str, step: int) -> str:
    return f"Device {device} counts by {step}: nothing is missing."


def number_reused(device: str, seq: int) -> str:
    return (
        f"Device {device} sent number {seq} again with other content. Such readings are judged as "
        "new ones."
    )


def number_constant(device: str, seq: int) -> str:
    return (
        f"Device {device} gives each reading the number {seq}. Such readings are judged as new "
        "ones."
    )


def _readings(count: int) -> str:
    return f"{count} reading{'s' * (count > 1)}"


# --- clocks ---------------------------------------------------------------------------------------


def clock_skew(
    device: str, behind_s: float, placed: Literal["received", "unknown", "as_old"]
) -> str:
    """behind_s: negative if it is ahead; placed: how its readings are placed in time."""
    return f"The clock of device {device} is {off(behind_s)}. {_CLOCK_MEANS[placed]}"


def clock_right(device: str) -> str:
    return f"The clock of device {device} is right again."


def clock_set_right(device: str, was_s: float) -> str:
    """was_s: how far behind it had been."""
    return f"The clock of device {device} was set right: it had been {off(was_s)}."


def clock_set(device: str, was_s: float, is_s: float, right: bool) -> str:
    """was_s, is_s: how far behind it was, and is; right: it is right now, or nearly."""
    way = "ahead" if is_s < was_s else "back"
    now = "as good as right" if right else off(is_s)
    return (
        f"The clock of device {device} was set {way} by {span(abs(was_s - is_s))}: it is {now} now."
    )


SENTENCES: Final = table(
    no_data, data_back, not_expected, bp_overdue, bp_taken, device_removed, device_offline,
    device_back, device_flooding, flood_over, late_data, in_time_again, numbers_missing,
    numbers_lost, numbers_found, counts_by, number_reused, number_constant, clock_skew,
    clock_right, clock_set_right, clock_set,
)  # fmt: skip
