"""Sensors in trouble: contact, doubtful readings, and measurements of a cuff that failed."""

from typing import Final

from monitor.core.sentences.figures import ended
from monitor.core.sentences.languages import table
from monitor.core.vocabulary.vitals import VITALS

# What a cuff reports of its own measurement.
CUFF_DOUBTS: Final = {
    "movement": "the arm moved",
    "cuff_loose": "cuff loose",
    "irregular_pulse": "irregular pulse",
    "improper_position": "improper position",
    "pulse_out_of_range": "pulse out of the cuff's range",
}
HALVES: Final = {"sbp": "systolic", "dbp": "diastolic", "map": "mean"}


def no_contact(device: str, since: str | None) -> str:
    began = f" since {since}" if since else ""
    return f"Device {device} has had no skin contact{began}. Its readings are doubtful."


def contact_again(device: str) -> str:
    return f"Device {device} has skin contact again."


def contact_bit_wrong(device: str) -> str:
    return (
        f"Device {device} says that it has no skin contact, but its heart rate has lived for a "
        "minute: what it says of contact is wrong, and counts no more."
    )


def cuff_reports(device: str, flags: tuple[str, ...], times: int, measured: bool) -> str:
    """times: in a row; measured: a reading came of it."""
    doubts = cuff_flags(flags)
    again = "" if times == 1 else f", {times} times in a row"
    rest = "The reading is doubtful." if measured else "No reading came of it."
    return f"Device {device} reports: {doubts}{again}. {rest}"


def measures_well(device: str) -> str:
    return f"Device {device} measures well again."


def stream_doubtful(device: str, vital: str, since: str | None, why: str) -> str:
    """why: a phrase about the newest reading."""
    began = f" since {since}" if since else ""
    words = f"{VITALS[vital].name} of device {device} is doubtful{began}, the last: {why}"
    return ended(words)


def stream_impossible(device: str, vital: str, count: int, seconds: float, why: str) -> str:
    return ended(
        f"Device {device} sent {count} impossible readings of {VITALS[vital].name.lower()} within "
        f"{seconds:.0f} s, the last: {why}"
    )


def stream_believable(device: str, vital: str) -> str:
    return f"{VITALS[vital].name} of device {device} is believable again."


def singles_doubtful(device: str, vital: str, count: int, why: str) -> str:
    return ended(
        f"The last {count} readings of {VITALS[vital].silence.name.lower()} of device {device} are "
        f"impossible or doubtful, the newest: {why}"
    )


def singles_believable(device: str, vital: str) -> str:
    return f"{VITALS[vital].silence.name} of device {device} is believable again."


def cuff_failed(device: str, count: int, flags: tuple[str, ...], lost: tuple[str, ...]) -> str:
    """count: in a row; lost: the failed vital signs, if the rest of the measurement came."""
    times = "" if count == 1 else f", {count} times in a row"
    doubts = cuff_flags(flags)
    why = f": {doubts}" if doubts else ""
    rest = f" Only the other half came: {half_lost(lost)}." if lost else ""
    return f"The cuff {device} measured and failed{times}{why}.{rest}"


def cuff_flags(flags: tuple[str, ...]) -> str:
    """Name the causes of a failure, as the cuff reports them."""
    return ", ".join(CUFF_DOUBTS[flag] for flag in flags)


def half_lost(lost: tuple[str, ...]) -> str:
    """Return the phrase for why the half that came is in doubt."""
    return f"the {' and '.join(HALVES[vital] for vital in lost)} of the same measurement failed"


SENTENCES: Final = table(
    no_contact, contact_again, contact_bit_wrong, cuff_reports, measures_well, stream_doubtful,
    stream_impossible, stream_believable, singles_doubtful, singles_believable, cuff_failed,
    cuff_flags,
)  # fmt: skip
