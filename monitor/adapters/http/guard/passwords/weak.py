"""Reject weak passwords: where a password is set, never where it is used.

A guessing program begins with popular choices: a well-known word, also spelt with digits and signs
(`p@ssw0rd`), with some more of them at its ends (`Welcome2026!`), a stretch of the keyboard or of
the alphabet, one thing repeated, a date, and the user's own name. The words are in
`common_words.txt`, written for this program from the common ground of published counts of leaked
passwords; the rules make thousands of passwords of each. No published list is copied.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

BLANK: Final = "must be more than blanks."
NAME: Final = "must not be the user name, nor that with digits or signs, repeated or backwards."
COMMON: Final = (
    "is among those that many people choose and programs try first. Take three or more words that "
    "have nothing to do with each other."
)

# Neighbours on a keyboard or in alphabetical or numerical order, forwards and backwards.
_WALKS: Final = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop",
    "asdfghjkl", "qsdfghjklm", "zxcvbnm", "yxcvbnm", "wxcvbn", "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm",
    "zaq1xsw2cde3vfr4bgt5", "zaq12wsxcde34rfv", "147258369", "159357", "789456123", "741852963",
    "qweasdzxc", "qweasdzxcrtyfghvbn", "aqswdefrgthy", "a1b2c3d4e5f6g7h8", "1a2b3c4d5e6f7g8h",
    "!@#$%^&*()",
)  # fmt: skip
_SPELT: Final = (
    str.maketrans("@4830!$5791|+", "aabeoisstglit"),
    str.maketrans("@4830!$57912+", "aabeoisstgizt"),
)
_ENDS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_FILE: Final = Path(__file__).with_name("common_words.txt")
_RUN: Final = 3
_UNIT: Final = 4


def why_weak(name: str, password: str) -> str:
    """Return the end of a sentence that begins "The password"; "" if it is allowed. name: of the
    user."""
    text = password.casefold().strip()
    if not text:
        return BLANK
    if name and _is_name(text, name.casefold()):
        return NAME
    return COMMON if _is_common(text) else ""


def _is_name(text: str, name: str) -> bool:
    own = {name, name.partition("@")[0]}
    own |= {_NO_LETTERS.sub("", one) for one in own} - {""}
    said = {text, _ENDS.sub("", text), _NO_LETTERS.sub("", text), text.strip("0123456789")} - {""}
    said |= {unit for one in said if (unit := _unit(one))}
    return bool(said & (own | {one[::-1] for one in own}))


def _is_common(text: str) -> bool:
    core = _ENDS.sub("", text)
    for spelt in {text, core, *(form.translate(how) for form in (text, core) for how in _SPELT)}:
        for word in (spelt, _ENDS.sub("", spelt), _NO_LETTERS.sub("", spelt)):
            if word in _words() or _unit(word) in _words():
                return True
    return len(_unit(text)) in range(1, _UNIT + 1) or _is_walked(text) or _is_date(text)


@cache
def _words() -> frozenset[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _unit(text: str) -> str:
    """Return the unit that the whole text repeats; "" if there is none."""
    period = (text + text).find(text, 1)
    return text[:period] if period < len(text) else ""


def _is_walked(text: str) -> bool:
    """Whether all characters but one are in stretches of a walk or repeat one character."""
    at, left = 0, 0
    while at < len(text):
        run = _run(text, at)
        left += 0 if run else 1
        at += run or 1
    return left <= 1


def _run(text: str, at: int) -> int:
    """Return the length of a stretch that begins at `at`; 0: too short."""
    same = len(text) - at - len(text[at:].lstrip(text[at]))
    if same > 1:
        return same
    longest = 0
    while at + longest < len(text) and _walked(text[at : at + longest + 1]):
        longest += 1
    return longest if longest >= _RUN else 0


@cache
def _both_ways() -> tuple[str, ...]:
    return tuple(one for walk in _WALKS for one in (walk, walk[::-1]))


def _walked(stretch: str) -> bool:
    return any(stretch in walk for walk in _both_ways())


def _is_date(text: str) -> bool:
    digits = re.sub(r"[-./ ]", "", text)
    if len(digits) != 8 or not (digits.isascii() and digits.isdecimal()):
        return False
    first, last = int(digits[:4]), int(digits[4:])
    orders = (
        (first, *divmod(last, 100)), (last, *divmod(first, 100)),
        (last, *reversed(divmod(first, 100))),
    )  # fmt: skip
    return any(1900 <= year <= 2099 and _there_is(year, *rest) for year, *rest in orders)


def _there_is(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
