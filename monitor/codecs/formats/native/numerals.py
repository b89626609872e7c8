"""Numbers that firmware writes where JSON has none: bare `nan`, `-inf`, `1.#IND`; and as text.

JSON cannot carry NaN, so what hands it on writes it as text. And where there is no value a bridge's
template writes its language's word for that, or what the display showed.
"""

import json
import re
from typing import Final

# Strings first, so that nothing in them is taken for a number; one that does not end reaches to
# the end. The quantifiers give nothing back: a hostile text costs one pass.
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
    """The text with each bare word for "no number" as `NaN`, which Python's reader takes.

    It keeps its length, so that places in it stay what they are.
    """
    return _BARE.sub(lambda found: _nan(found[0]) if found["bare"] else found[0], text)


def may_have_nan(raw: bytes) -> bool:
    lower = raw.lower()
    return b"nan" in lower or b"inf" in lower or b"1.#" in lower


def parse(raw: bytes) -> object:
    """JSON with such numbers in it. ValueError or RecursionError where it is none even so."""
    return json.loads(with_nan(raw.decode()))


def numeral(text: str) -> int | float | None:
    """The number that a text is; None: it is none."""
    bare = text.strip()
    if len(bare) > _LONGEST or not _NUMERAL.fullmatch(bare):
        return None
    return int(bare) if bare.lstrip("+-").isdigit() else float(bare)


def stands_for_nan(text: str) -> bool:
    """It is what a computation gives that has no result, so something was measured and failed."""
    bare = text.strip()
    if len(bare) > _LONGEST:
        return False
    found = _BARE.fullmatch(bare)
    return found is not None and found["bare"] is not None


def stands_for_nothing(text: str) -> bool:
    """It says that there is no value, as null does, and nothing of a measurement."""
    return len(text) <= _LONGEST and text.strip().lower() in _NOTHING


def _nan(word: str) -> str:
    return "NaN".rjust(len(word))
