"""Behaviour of consumer monitors that is in no specification, as data. Each quirk has a name.

A quirk belongs to a device for good, unlike a fault, which comes and goes. The simulators implement
the quirks: `dialects` those of native payloads, `raw_cuffs` and `raw_straps` those of bytes.
"""

from typing import Final, Literal

from msgspec import Struct

Of = Literal["strap", "cuff", "any"]


class Quirk(Struct, frozen=True):
    """raw: of a device whose characteristics a gateway passes on as bytes. does: a sentence."""

    of: Of
    raw: bool
    does: str


QUIRKS: Final[dict[str, Quirk]] = {
    # --- a cuff's memory and its users
    "memory-at-connect": Quirk(
        "cuff", True, "Hands over all stored records when it connects, oldest first, with stamps."
    ),
    "memory-without-stamps": Quirk(
        "cuff", True, "The same from a cuff without a clock: nothing says how old they are."
    ),
    "memory-each-time": Quirk(
        "cuff", True, "Hands over all stored records after each measurement, the new one last."
    ),
    "latest-at-connect": Quirk("cuff", True, "Hands over its newest record when it connects."),
    "stamps-in-minutes": Quirk("cuff", True, "Its stamps are whole minutes."),
    "two-users": Quirk("cuff", True, "Names its user; every third measurement is of another one."),
    "unflagged-user": Quirk(
        "cuff", True, "Writes a user byte that no flag announces, and its pulse high byte first."
    ),
    "inflating-notices": Quirk("cuff", True, "Tells the pressure in the cuff while it inflates."),
    # --- measurements that fail
    "fails-silently": Quirk(
        "cuff", True, "Three measurements in a row fail: no numbers, and no status that says why."
    ),
    "fails-with-status": Quirk(
        "cuff", True, "Three measurements in a row fail: no numbers, and a status that says why."
    ),
    "half-failed": Quirk("cuff", True, "Every third measurement has no systolic pressure."),
    "pulse-zero": Quirk("cuff", False, "Counts a pulse of 0."),
    # --- clocks
    "clock-ahead": Quirk("any", False, "Its clock is 15 minutes fast."),
    "clock-behind": Quirk("any", False, "Its clock is 10 minutes slow."),
    "clock-steps": Quirk(
        "any",
        False,
        "Its clock is 15 minutes fast, is set right after half an hour, and 9 minutes back later.",
    ),
    "clock-1970": Quirk(
        "any", False, "Its clock begins at 1970 and is set right after half an hour."
    ),
    "clock-stands": Quirk("cuff", True, "The clock of its stamps stands still."),
    "no-sent": Quirk("any", False, "Never says when it sent a reading."),
    "epoch-s": Quirk("any", False, "Writes times as seconds since 1970."),
    "epoch-us": Quirk("any", False, "Writes times as microseconds since 1970."),
    "epoch-ns": Quirk("any", False, "Writes times as nanoseconds since 1970."),
    # --- straps
    "frozen": Quirk("strap", True, "Sends one rate from the start: it lies on a table."),
    "freezes": Quirk("strap", True, "After five minutes it repeats its last rate for ever."),
    "contact-wrong": Quirk("strap", True, "Says that it has no contact; its rate lives."),
    "rr-living": Quirk("strap", True, "Sends the intervals between beats with its rate."),
    "rr-contradicting": Quirk("strap", True, "Its rate is half of what its intervals say."),
    # --- bytes and texts
    "hex-text": Quirk("strap", True, "Its gateway publishes hexadecimal text for bytes."),
    "base64-text": Quirk("strap", True, "Its gateway publishes base64 text for bytes."),
    "comma-text": Quirk("strap", True, "Its gateway publishes bytes as numbers with commas."),
    "bad-batch": Quirk(
        "any",
        False,
        "Spoils one object of a batch: a bare nan, a wrong type, a trailing comma, a cut end.",
    ),
    # --- numbers
    "counter-256": Quirk("any", False, "Its counter is one byte, and it has no boot."),
    "counter-65536": Quirk("any", False, "Its counter is two bytes, and it has no boot."),
    "counter-anew": Quirk(
        "any", False, "After five minutes its counter begins anew, without a boot that says so."
    ),
    "counter-zero": Quirk("any", False, "Its counter is always 0."),
    # --- messages
    "split-pressure": Quirk(
        "cuff", False, "Sends systolic and diastolic pressure as two messages of one time."
    ),
    "split-pressure-untimed": Quirk(
        "cuff", False, "Sends systolic and diastolic pressure as two messages without a time."
    ),
    "odd-battery": Quirk("any", False, "Its status and its will tell a battery of 87.5."),
}


def raw(quirks: frozenset[str]) -> bool:
    """Does a gateway read a device with these quirks as bytes?"""
    return any(QUIRKS[name].raw for name in quirks)


def misplaced(kind: Of, quirks: frozenset[str]) -> list[str]:
    """Return the names that no device of this kind can have, alone or together with the others."""
    wrong = [n for n in quirks if n not in QUIRKS or QUIRKS[n].of not in (kind, "any")]
    known = quirks - set(wrong)
    of_both = known & BOTH
    return wrong + [n for n in known - of_both if raw(known) and not QUIRKS[n].raw]


# These do not concern the bytes, but devices read as bytes can have them too: stamps and status.
BOTH: Final = frozenset(
    {"clock-ahead", "clock-behind", "clock-steps", "clock-1970", "odd-battery", "pulse-zero"}
)

# --- clocks ---------------------------------------------------------------------------------------


class Setting(Struct, frozen=True):
    """A clock was set, `after_s` seconds after its device was switched on.

    ahead_s   by how much it is fast from then on
    shows     or the time that it is set to, epoch seconds, independent of the true time
    runs      False: it shows that for ever
    """

    after_s: float
    ahead_s: float = 0.0
    shows: float | None = None
    runs: bool = True


SETTINGS: Final[dict[str, tuple[Setting, ...]]] = {
    "clock-ahead": (Setting(0, 900),),
    "clock-behind": (Setting(0, -600),),
    "clock-steps": (Setting(0, 900), Setting(1800, 0), Setting(3600, -540)),
    "clock-1970": (Setting(0, shows=0.0), Setting(1800, 0)),
    "clock-stands": (Setting(0, shows=1_767_225_600.0, runs=False),),  # the first of 2026
}


def settings(quirks: frozenset[str]) -> tuple[Setting, ...]:
    return next((SETTINGS[name] for name in sorted(quirks) if name in SETTINGS), ())


def shown(given: tuple[Setting, ...], starts: float, now: float) -> float:
    """Return the time that such a clock shows at `now`; the true time if it was never set."""
    past = [s for s in given if starts + s.after_s <= now]
    if not past:
        return now
    last = past[-1]
    if last.shows is None:
        return now + last.ahead_s
    return last.shows + (now - starts - last.after_s if last.runs else 0.0)
