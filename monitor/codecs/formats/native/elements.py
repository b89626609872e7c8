"""Split a batch into its elements, so that a damaged element does not cost the others.

A batch that is JSON, except for trailing commas, is split in one pass. One that is not (a cut end,
a missing brace or quote, a word that is no value) is walked: each object that can be read is an
element, and the text between two of them is a piece that will be refused. After damage the walk
continues at the next object, and never at one that is a value inside the damaged element.

The work is bounded: each attempt to read costs the characters that it looked at, and when these add
up to several times the longest message, the rest is one piece.
"""

import json
import re
from typing import Final

import msgspec

from monitor.codecs.formats.decoded import MAX_PAYLOAD, Undecodable
from monitor.codecs.formats.native.nearly_json import bare, without_last_commas
from monitor.codecs.formats.native.numerals import with_nan

# An element with a sequence number, a time and a value takes 36 bytes, so 64 KiB of readings fit. A
# larger batch has up to 32,000 empty elements, which would delay the readings of all other devices.
MAX_BATCH: Final = 2_000
_BUDGET: Final = 8 * MAX_PAYLOAD
# The characters that a parser may have looked at before it gave up because of depth.
_DEEP: Final = 16_384

_split: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_value: Final = json.JSONDecoder().raw_decode
_BETWEEN: Final = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_END: Final = re.compile(r"[ \t\r\n]*\][ \t\r\n]*\Z")
# Also if another batch follows directly.
_LAST: Final = re.compile(r"[ \t\r\n]*\][ \t\r\n]*(?:\Z|,?[ \t\r\n]*\[)")
_OBJECT_OR_LIST_IN: Final = re.compile(r"\{|:[ \t\r\n]*\[")
_NAMES: Final = frozenset(("seq", "t", "sent"))
_BEFORE: Final = " \t\r\n["


def elements(payload: bytes) -> list[msgspec.Raw] | list[bytes]:
    """Return the elements of a batch, unread, and the pieces between them that are not elements.

    Raises Undecodable if it contains no object, or more elements than MAX_BATCH.
    """
    batch: list[msgspec.Raw] | list[bytes]
    try:
        batch = _split(payload)
    except (ValueError, RecursionError) as error:
        batch = _mended(payload) or _walked(payload, error)
    if not 0 < len(batch) <= MAX_BATCH:
        reason = f"a batch of {len(batch)} readings, 1 to {MAX_BATCH} are read"
        raise Undecodable(reason, payload)
    return batch


def _mended(payload: bytes) -> list[msgspec.Raw] | None:
    """Return the elements of a batch that only has marks around it, or commas too many."""
    try:
        return _split(without_last_commas(bare(payload)))
    except (ValueError, RecursionError):
        return None


def _walked(payload: bytes, error: Exception) -> list[bytes]:
    walk = _Walk(payload)
    pieces = walk.pieces()
    if not walk.objects:
        raise Undecodable(not_json(error), payload)
    return pieces


def not_json(error: Exception) -> str:
    return f"not JSON: {str(error).removeprefix('JSON is malformed: ')}"


class _Walk:
    """One pass over a batch that is not JSON. objects: how many of its pieces are objects."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        # One character for each byte, so that positions in the text are positions in the payload.
        self._text = with_nan(payload.decode("latin-1"))
        self._spent = 0
        self._ends: dict[int, int | None] = {}
        self._named: set[int] = set()  # where an object with a number or a time begins
        self.objects = 0

    def pieces(self) -> list[bytes]:
        """Return the pieces in their order; at most one more than MAX_BATCH."""
        found: list[bytes] = []
        at = self._text.index("[") + 1
        while len(found) <= MAX_BATCH:
            at = self._past(_BETWEEN, at)
            if at == len(self._text) or _END.match(self._text, at):
                break
            end = self._element(at)
            piece = self._payload[at:end]
            found.append(piece.rstrip(b" \t\r\n,") or piece)
            at = end
        return found

    def _element(self, at: int) -> int:
        """Return the end of the element that begins here, or of a piece that is not an element."""
        end = self._read(at)
        if end is not None and self._text[at] == "{":
            self.objects += 1
            return end
        # An unclosed list would swallow all that follows, and take the end of the batch as its own.
        if end is not None and self._next(end) in (",", "]", "{"):
            return end
        return self._next_object(at + 1)

    def _next_object(self, at: int) -> int:
        """Return where the next object begins that is no value inside a damaged one; or the end.

        After a list of objects that did not end, the next element is an object with a number or a
        time: an object with neither may be a part of that list.
        """
        in_list = False
        while found := _OBJECT_OR_LIST_IN.search(self._text, at):
            at = found.end()
            if found[0] != "{":
                end = self._read(at - 1)
                if end is not None and self._next(end) in (",", "}"):
                    at = end
                else:
                    in_list = in_list or self._next(at) == "{"
            elif self._is_element(at - 1) and (at - 1 in self._named or not in_list):
                return at - 1
        return len(self._text)

    def _is_element(self, at: int) -> bool:
        """Does an object begin here that is an element, and not part of a damaged one?

        The text after it decides: an element is followed by elements up to the end, or to the next
        damage. A part is followed by keys, or by the end of an object or list inside the batch.
        """
        end = None if self._is_value(at) else self._read(at)
        if end is None:
            return False
        while self._next(end) == ",":
            at = self._past(_BETWEEN, end)
            if at == len(self._text) or _END.match(self._text, at):
                return True
            end = self._read(at)
            if end is None:
                return True
        follows = self._next(end)
        return follows not in ("}", "]", ":") or _LAST.match(self._text, end) is not None

    def _read(self, at: int) -> int | None:
        """Return the end of the value that begins here; None: no value, or the budget is spent."""
        if at in self._ends:
            return self._ends[at]
        if self._spent > _BUDGET:
            return None
        end: int | None = None
        try:
            value, end = _value(self._text, at)
            looked_at = end - at
            if isinstance(value, dict) and not _NAMES.isdisjoint(value):
                self._named.add(at)
        except json.JSONDecodeError as error:
            whole = error.msg.startswith("Unterminated")
            looked_at = (len(self._text) if whole else error.pos) - at
        except (ValueError, RecursionError):
            looked_at = _DEEP
        self._spent += looked_at + 1
        self._ends[at] = end
        return end

    def _is_value(self, at: int) -> bool:
        """Is there a colon before it, or before the lists in which it comes first?"""
        while self._text[at - 1] in _BEFORE:
            at -= 1
        return self._text[at - 1] == ":"

    def _next(self, at: int) -> str:
        at = self._past(_BLANK, at)
        return self._text[at : at + 1]

    def _past(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self._text, at)
        return at if found is None else found.end()
