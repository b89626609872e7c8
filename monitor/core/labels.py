"""Which labels a person takes for the same one.

"Zoë 1", "zoe 1" and "ZOE1" are read alike on a wall of sessions, and the wrong one is acted on. Two
labels are one where they differ by nothing but case, accents, blanks and which dash somebody's
keyboard has.
"""

import unicodedata
from typing import Final

# They look like a dash and are none to Unicode: minus, hyphen bullet, box drawing.
_DASHES: Final = frozenset("\u2212\u2043\u2500\u2501")
_DASH_KIND: Final = "Pd"
_MARKS: Final = ("Mn", "Mc", "Me")
_UNSEEN: Final = ("Cf", "Cc", "Zs", "Zl", "Zp")


def likeness(label: str) -> str:
    """What is left of it: equal for labels that are taken for one another; never empty."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", label).casefold())
    left = "".join(_letter(sign) for sign in plain)
    return unicodedata.normalize("NFKC", left.casefold()) or label


def _letter(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == _DASH_KIND or sign in _DASHES:
        return "-"
    if kind in _MARKS or kind in _UNSEEN:
        return ""
    # A stroke through a letter is an accent to people, and a letter of its own to Unicode.
    name, with_, _ = unicodedata.name(sign, "").partition(" WITH ")
    if not with_ or not name.startswith("LATIN"):
        return sign
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return sign
