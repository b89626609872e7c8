"""Telephone numbers as people write them, and as a telephone dials them."""

import re
from typing import Final

# ASCII digits only, no other script's; few enough for an extension inside a building.
_WRITTEN: Final = re.compile(r"\+?[0-9 ()./-]{2,31}")
_LEAST_DIGITS: Final = 3
RULE: Final = "A telephone number has 3 to 31 digits, spaces or any of + ( ) . / -"


def is_number(written: str) -> bool:
    """Can this be dialled, as far as its characters show?"""
    digits = sum(sign.isdecimal() for sign in written)
    return _WRITTEN.fullmatch(written) is not None and digits >= _LEAST_DIGITS


def dialled(written: str) -> str:
    """Return the number for `tel:`: "+351 (21) 555-0100" -> "+351215550100"; "": not a number."""
    digits = "".join(sign for sign in written if sign in "0123456789")
    plus = "+" if written.strip().startswith("+") else ""
    return plus + digits if len(digits) >= _LEAST_DIGITS else ""
