"""Numbers that firmware writes where JSON has none: bare `nan`, `-inf`, `1.#IND`; and as text.

JSON cannot carry NaN, so programs that pass it on write it as text. And if there is no value, a
bridge's template writes its language's word for that, or the text of the display.
"""

import json
import re
from typing import Final

# Strings first, so that no part of one is taken for a number; one that does not end reaches to the
# end. The quantifiers are possessive: a hostile text costs one pass.
_BARE: Final = re.compile(
    r'"(?:[^"\\]|\\.?)*+(?:"|\Z)'
    r"|(?P<bare>[+-]?(?:nan(?:\([a-z0-9]*\))?|inf(?:inity)?|1\.\#[a-z]+[0-9]*))",
    re.IGNORECASE | re.DOTALL,
)
_NOTHING: Final = frozenset(
    (
        *("", "-", "--", "---", "null", "none", "nil", "undefined", "na", "n/a"),
        *("unknown", "unavailable"),
    )
)
_NUMERAL: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)
# Longer than any number of a device. int() of very long ones is slow.
_LONGEST: Final = 40


def with_nan(text: str) -> str:
    """Return the text with each bare word for "no number" as `NaN`, which Python's parser accepts.

    The length stays the same, and so do positions in the text.
    """
    return _BARE.sub(lambda found: _nan(found[0]) if found["bare"] else found[0], text)


def may_have_nan(raw: bytes) -> bool:
    lower = raw.lower()
    return b"nan" in lower or b"inf" in lower or b"1.#" in lower


def parse(raw: bytes) -> object:
    """Parse JSON with such numbers in it. Raises ValueError or RecursionError for other text."""
    return json.loads(with_nan(raw.decode()))


def numeral(text: str) -> int | float | None:
    """Return a text as a number; None: it is not a number."""
    bare = text.strip()
    if len(bare) > _LONGEST or not _NUMERAL.fullmatch(bare):
        return None
    return int(bare) if bare.lstrip("+-").isdigit() else float(bare)


def stands_for_nan(text: str) -> bool:
    """Is this the result of a failed computation, so that a measurement was made and failed?"""
    bare = text.strip()
    if len(bare) > _LONGEST:
        return False
    found = _BARE.fullmatch(bare)
    return found is not None and found["bare"] is not None


def stands_for_nothing(text: str) -> bool:
    """Does this mean that there is no value, as null does, without a sign of a measurement?"""
    return len(text) <= _LONGEST and text.strip().lower() in _NOTHING


def _nan(word: str) -> str:
    return "NaN".rjust(len(word))
