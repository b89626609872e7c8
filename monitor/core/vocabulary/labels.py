"""Which labels people confuse with each other, and which labels are not allowed at all.

"Zoë 1", "zoe 1" and "ZOE1" are read alike on a wall of sessions, and the wrong session is acted on;
the same holds for a label whose O and E are Cyrillic. Two labels count as the same if they differ
only in case, accents, blanks, the dash of somebody's keyboard, and letters that look alike. A label
must not contain invisible characters, or letters of two scripts that look alike: no one could type
it again.
"""

import unicodedata
from typing import Final

# Patterns of the names that people and devices sign in with: no two of them look alike.
DEVICE_ID: Final = r"[A-Za-z0-9_-]{1,64}"
USER_NAME: Final = r"[A-Za-z0-9._@-]{1,64}"

# They look like a dash, but Unicode does not class them so: minus, hyphen bullet, box drawing.
_DASHES: Final = frozenset("\u2212\u2043\u2500\u2501")
_DASH_KIND: Final = "Pd"
_MARKS: Final = ("Mn", "Mc", "Me")
# Letters, marks or symbols by Unicode, but invisible when drawn: fillers, joiners, variations.
_BLANK: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))))
)
_NOT_TEXT: Final = ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp")
# Characters drawn as an ordinary letter that are another character: full and half width,
# mathematical.
_FORMS: Final = ("<wide>", "<narrow>", "<font>", "<circle>", "<square>")

# Lower-case letters of other scripts that pass for Latin ones. A capital counts by its own shape
# where the lower-case letter has another: likeness must not depend on the case.
_LIKE_LATIN: Final = {
    "CYRILLIC": ("авсԁенһіјкӏмопрԛгѕтуѵԝхзьё", "abcdehhijklmonpqrstyvwx3be"),
    "GREEK": ("αβεζηικμνορτυχϲϳγ", "abezhikmnoptyxcjy"),
    "ARMENIAN": ("օսհցոքյզ", "ouhgnpjq"),
    "CHEROKEE": ("ꭺꭰꮯꭼꮋꭻꮶꮮꮇꮲꮪꭲꮩꮃꮓ", "adcehjklmpstvwz"),
}
_SCRIPTS: Final = ("LATIN", *_LIKE_LATIN)
_LATIN_OF: Final = {
    sign: latin
    for signs, latins in _LIKE_LATIN.values()
    for sign, latin in zip(signs, latins, strict=True)
}
# Characters of one shape in one font or another; "rn" is read "m".
_ONE_SHAPE: Final = str.maketrans({"i": "l", "1": "l", "|": "l", "\u0131": "l", "0": "o"})


def likeness(label: str) -> str:
    """Return a key that is equal for labels that people confuse with each other; never empty."""
    left = _folded(label).translate(_ONE_SHAPE).replace("rn", "m")
    return left or looks_like(label) or label


def looks_like(label: str) -> str:
    """Return the text as people read it: without invisible characters, in letters of one script."""
    seen = "".join(sign for sign in label if not _is_unseen(sign))
    plain = unicodedata.normalize("NFKC", seen)
    return " ".join("".join(_as_latin(sign) for sign in plain).split())


def unseen(text: str) -> str | None:
    """Describe the first invisible character and how the text looks; None: there is no such
    character.

    The sentence has no full stop.
    """
    for sign in text:
        if _is_unseen(sign):
            return f"It holds a character that nobody sees ({_name(sign)}). {_reads(text)}"
    return None


def unfit(label: str) -> str | None:
    """Explain why people could not tell the label from another; None: the label is allowed.

    The sentence describes how the label looks and has no full stop. Whether a label like it exists
    is a question for `likeness`.
    """
    if (why := unseen(label)) is not None:
        return why
    for sign in label:
        if unicodedata.decomposition(sign).startswith(_FORMS):
            return f"It is written in other forms of letters ({_name(sign)}). {_reads(label)}"
    scripts = {script for sign in label if (script := _script(sign))}
    foreign = next((sign for sign in label if _as_latin(sign) != sign), "")
    if len(scripts) > 1 and foreign:
        return f"It mixes letters of two scripts ({_name(foreign)}). {_reads(label)}"
    return None


def _folded(label: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", label).casefold())
    left = "".join(_letter(sign) for sign in plain)
    left = unicodedata.normalize("NFKC", left.casefold())
    return "".join(_LATIN_OF.get(sign, sign) for sign in left)


def _letter(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == _DASH_KIND or sign in _DASHES:
        return "-"
    if kind in _MARKS or sign == " " or _is_unseen(sign):
        return ""
    # To people a stroke through a letter is an accent; to Unicode it makes a letter of its own.
    name, with_, _ = unicodedata.name(sign, "").partition(" WITH ")
    if not with_ or not name.startswith("LATIN"):
        return sign
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return sign


def _is_unseen(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind in _NOT_TEXT or sign in _BLANK or (kind == "Zs" and sign != " ")


def _script(sign: str) -> str | None:
    """Return the script of a letter, if it is one of those whose letters look alike."""
    script = unicodedata.name(sign, "").partition(" ")[0]
    return script if script in _SCRIPTS and unicodedata.category(sign)[0] == "L" else None


def _as_latin(sign: str) -> str:
    latin = _LATIN_OF.get(sign.casefold())
    if latin is None:
        return sign
    return latin.upper() if sign.isupper() else latin


def _reads(label: str) -> str:
    seen = looks_like(label)
    return f"It looks like “{seen}”: write that" if seen else "Nothing of it is seen"


def _name(sign: str) -> str:
    name = unicodedata.name(sign, "without a name")
    return f"U+{ord(sign):04X} {name.lower()}"
