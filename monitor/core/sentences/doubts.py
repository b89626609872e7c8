"""Doubts about readings: phrases, because a reading may have several, and an alarm quotes them."""

from typing import Final

from monitor.core.sentences.figures import ended, off, span
from monitor.core.sentences.languages import table
from monitor.core.sentences.sensors import HALVES, cuff_flags, half_lost
from monitor.core.vocabulary.vitals import VITALS


def both(first: str, second: str) -> str:
    return f"{first}; {second}"


# --- the value ------------------------------------------------------------------------------------


def missing_value(vital: str, value: float) -> str:
    return f"{VITALS[vital].name} {value:g} stands for a missing value, it is none"


def out_of_range(vital: str, value: float) -> str:
    sign = VITALS[vital]
    return f"{sign.name} {value:g} is impossible: outside {sign.low:g} to {sign.high:g} {sign.unit}"


def no_skin() -> str:
    return "the sensor reports no skin contact"


def cuff_doubts(flags: tuple[str, ...]) -> str:
    return f"the cuff reports: {cuff_flags(flags)}"


def half_impossible(half: str) -> str:
    """half: the vital sign of the other half."""
    return f"the {HALVES[half]} of the same reading is impossible"


def halves_impossible() -> str:
    return "systolic or diastolic of the same reading is impossible"


def too_narrow(width: float) -> str:
    return f"systolic only {width:g} above diastolic is impossible"


def odd_width(width: float) -> str:
    return f"pulse pressure {width:g} is unusual"


def mean_outside(mean: float, low: float, high: float) -> str:
    return f"mean {mean:g} is not between {low:g} and {high:g}"


def mean_unfit(mean: float, low: float, high: float) -> str:
    return f"mean {mean:g} does not fit {high:g}/{low:g}"


# --- its neighbours -------------------------------------------------------------------------------


def same_pressures() -> str:
    return "the very same systolic, diastolic and mean as the reading before"


def pressure_jump(half: str, was: float, minutes: int) -> str:
    return f"{HALVES[half]} was {was:g} {minutes} min before"


def other_pulse(pulse: float, rate: float) -> str:
    return f"the cuff counts a pulse of {pulse:g}, the heart rate is {rate:g}"


def stuck_moving(value: float, minutes: float) -> str:
    return f"heart rate {value:g} has not moved for {minutes:g} min, but the wearer has"


def stuck_lively(value: float, minutes: float) -> str:
    return f"heart rate {value:g} has not moved for {minutes:g} min, after it moved all the time"


def stuck_long(value: float, minutes: float, readings: int) -> str:
    return f"heart rate {value:g} has not moved for {minutes:g} min, in {readings} readings"


def rate_jump(was: float, value: float, seconds: float) -> str:
    way = "rose" if value > was else "fell"
    return f"it {way} from {was:g} to {value:g} within {seconds:.0f} s"


def other_rate(other: str, rate: float) -> str:
    """other: a device; "": a person."""
    return f"{other or 'a typed reading'} says {rate:g} at the same time"


def own_beats(rate: float) -> str:
    return f"the intervals between its own beats make it {rate:.0f}"


# --- its time -------------------------------------------------------------------------------------


def replayed() -> str:
    return "replayed by the broker (retained): history"


def too_old(seconds: float) -> str:
    return f"measured {span(seconds)} before it was received"


def clock_unknown() -> str:
    return "how far the clock of the device is off is not known yet"


def clock_then_unknown() -> str:
    return "how far the clock of the device was off when it was sent is not known"


def unit_unknown() -> str:
    return "in which unit the device counts its time is not known yet"


def dated_ahead(seconds: float) -> str:
    return f"the device dates it {span(seconds)} ahead; the time of receipt is used"


def always_as_old(seconds: float) -> str:
    return (
        f"the device dates it {span(seconds)} back, as each one before: its clock may be so far "
        "behind"
    )


def old_or_set(seconds: float) -> str:
    return (
        f"it is {span(seconds)} old, or the clock of the device was set back: which of them is not "
        "known yet"
    )


def off_or_waited(behind_s: float, right: bool) -> str:
    state = _clock(behind_s, right=right)
    return f"its clock is {state}, or farther ahead and it waited: not known yet"


def waited_or_set(seconds: float) -> str:
    return (
        f"it waited for {span(seconds)}, or the clock of the device was set back: which of them is "
        "not known yet"
    )


def gap_or_set(seconds: float) -> str:
    return (
        f"it waited, and {span(seconds)} were missing before it: the device sent nothing, or its "
        "clock was set ahead: which of them is not known yet"
    )


def set_or_waited(behind_s: float, right: bool) -> str:
    state = _clock(behind_s, right=right)
    return f"the clock of the device was set and is {state}, or less and it waited: not known yet"


def waited_over_step() -> str:
    return "it waited while the clock of its device was set: how old it is, is not known"


def _clock(behind_s: float, *, right: bool) -> str:
    return "right" if right else off(behind_s)


# --- records of a cuff ----------------------------------------------------------------------------


def record_of_unknown_age(user: int | None) -> str:
    whose = "" if user is None else f" (user {user} of the cuff)"
    return f"its age is unknown, it may have been stored in the cuff{whose}"


def stored_before() -> str:
    return "stored in the cuff, measured before what it sent since"


def stored_for(seconds: float) -> str:
    return f"stored in the cuff, measured {span(seconds)} ago or more"


def records_stored(count: int, why: str) -> str:
    """why: of the newest."""
    many = "A reading" if count == 1 else f"{count} readings, each"
    return f"{many} {ended(why)} Kept, and not watched."


def other_user(user: int, patient: int) -> str:
    return f"it is of user {user} of the cuff, and the patient is user {patient}"


def struck_out(by: str, text: str, closed: bool) -> str:
    late = " (after the close; what was decided stands)" if closed else ""
    return f"struck out by {by}: {text}{late}"


SENTENCES: Final = table(
    both, missing_value, out_of_range, no_skin, cuff_doubts, half_impossible, halves_impossible,
    too_narrow, odd_width, mean_outside, mean_unfit, same_pressures, pressure_jump, other_pulse,
    stuck_moving, stuck_lively, stuck_long, rate_jump, other_rate, own_beats, replayed, too_old,
    clock_unknown, clock_then_unknown, unit_unknown, dated_ahead, always_as_old, old_or_set,
    off_or_waited, waited_or_set, gap_or_set, set_or_waited, waited_over_step,
    record_of_unknown_age, stored_before, stored_for, records_stored, other_user, struck_out,
    half_lost,
)  # fmt: skip
