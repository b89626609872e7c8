"""Bytes that something on their way took for a text and wrote anew as UTF-8.

Gateways that read a payload as a string do it. Each byte from 0x80 on becomes a character of two
or three bytes (as Latin-1 or a code page has it), or the replacement character where it makes no
sense in UTF-8; bytes below stay. So a rate of 150 reads 194 or 239, and what follows moves.

That can be told, since the high bytes of real packets mostly stand alone, and alone they are no
UTF-8. Of each two-byte number the upper byte is small (0x07 and below; in a pressure also 0xE0 and
above, which takes two or three more high bytes). Two neighbours that are high and may be one
character are the lower byte of a rate and of what follows it, or a pulse and a user: one such
character is the most that a packet has. A second one, or one of three bytes, is no accident, and
of a single one the length tells: with each character as a byte it fits the flags better.

Intervals of 32 s and energies of 32 MJ, which no heart and no session has, are not reckoned with.
"""

import re
from collections.abc import Callable
from typing import Final

from monitor.codecs.formats.decoded import Undecodable

REASON: Final = "text encoding: the bytes were sent as UTF-8 text; publish the bytes"
# How each character of more than one byte begins
_HIGH_PAIR: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")


def refuse_recoded(payload: bytes, fit: Callable[[bytes], int]) -> None:
    """Undecodable where the bytes went through a text; they are more than their flags announce.

    fit: how well the length of a packet is explained by its own flags; more is better
    """
    if not _HIGH_PAIR.search(payload):
        return
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return
    # Of what a character was, only its place matters.
    before = text.encode("latin-1", "replace")
    surplus = len(payload) - len(before)
    if surplus > 1 or fit(before) > fit(payload):
        raise Undecodable(REASON, payload)
