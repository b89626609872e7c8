"""Detect bytes that a gateway took for text and encoded as UTF-8.

Gateways that read a payload as a string do it. Each byte from 0x80 on becomes a character of two
or three bytes (as Latin-1 or a code page has it), or the replacement character where it is invalid
in UTF-8; bytes below stay. So a rate of 150 reads 194 or 239, and the bytes after it shift.

This can be detected, since the high bytes of real packets are mostly isolated, and an isolated
one is no UTF-8. Of each two-byte number the upper byte is small (0x07 and below; in a pressure also
0xE0 and above, which takes two or three more high bytes). Two neighbours that are high and may be
one character are the lower byte of a rate and of the number after it, or a pulse and a user: a
packet has one such character at most. A second one, or one of three bytes, is no accident. For a
single one the length decides: with each character as a byte it fits the flags better.

Intervals of 32 s and energies of 32 MJ, which no heart and no session has, are not considered.
"""

import re
from collections.abc import Callable
from typing import Final

from monitor.codecs.formats.decoded import Undecodable

REASON: Final = "text encoding: the bytes were sent as UTF-8 text; publish the bytes"
# The beginning of each character of more than one byte
_HIGH_PAIR: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")


def refuse_recoded(payload: bytes, fit: Callable[[bytes], int]) -> None:
    """Raise Undecodable if the bytes, more than their flags announce, were encoded as text.

    fit: how well a packet's own flags explain its length; more is better
    """
    if not _HIGH_PAIR.search(payload):
        return
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return
    # Only the position of a character matters, not its original byte.
    before = text.encode("latin-1", "replace")
    surplus = len(payload) - len(before)
    if surplus > 1 or fit(before) > fit(payload):
        raise Undecodable(REASON, payload)
