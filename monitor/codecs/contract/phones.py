"""Telephone numbers as people write them, and as a telephone dials them."""

import re
from typing import Final

# Its own digits, so that no other script's pass; so few that it can be an extension in a house.
_WRITTEN: Final = re.compile(r"\+?[0-9 ()./-]{2,31}")
_LEAST_DIGITS: Final = 3
RULE: Final = "A telephone number has 3 to 31 digits, spaces or any of + ( ) . / -"


def is_number(written: str) -> bool:
    """Whether somebody can be called there, as far as its signs tell."""
    digits = sum(sign.isdecimal() for sign in written)
    return _WRITTEN.fullmatch(written) is not None and digits >= _LEAST_DIGITS


def dialled(written: str) -> str:
    """For `tel:`. "+351 (21) 555-0100" -> "+351215550100"; "" where there is nothing to dial."""
    digits = "".join(sign for sign in written if sign in "0123456789")
    plus = "+" if written.strip().startswith("+") else ""
    return plus + digits if len(digits) >= _LEAST_DIGITS else ""
