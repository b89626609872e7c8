"""Messages that should be JSON and are not: remove marks around them, and describe the others.

Only unambiguous extras are removed: a byte order mark, the NULs that end strings in C, and a
trailing comma. Any other message goes to quarantine, with a description of what it looks like and
of what its sender can do. A guess at a number is worse than a gap that is reported.
"""

import base64
import json
import re
from typing import Final

from monitor.codecs.formats.native.numerals import parse

_MARK: Final = b"\xef\xbb\xbf"
_BLANK: Final = b"\0 \t\r\n"

# Compressed data by its first bytes
_PACKED: Final = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"\x78\x01", "zlib"),
    (b"\x78\x5e", "zlib"),
    (b"\x78\x9c", "zlib"),
    (b"\x78\xda", "zlib"),
)
# A byte order mark, or the zeros of an ASCII character
_WIDE: Final = (
    *((mark, "UTF-32") for mark in (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\0\0\0{", b"\0\0\0[")),
    *((mark, "UTF-32") for mark in (b"{\0\0\0", b"[\0\0\0")),
    *((mark, "UTF-16") for mark in (b"\xff\xfe", b"\xfe\xff", b"\0{", b"\0[", b"{\0", b"[\0")),
)

# Strings, so that no part of one is taken for a sign of damage; one that does not end reaches to
# the end. The quantifiers are possessive: a hostile text costs one pass.
_TEXTS: Final = re.compile(r'"(?:[^"\\]|\\.?)*+(?:"|\Z)', re.DOTALL)
_LAST_COMMA: Final = re.compile(
    rb'"(?:[^"\\]|\\.?)*+(?:"|\Z)|(?P<comma>,)(?=[ \t\r\n]*[}\]])', re.DOTALL
)
_DAMAGE: Final = (
    (re.compile(r"[{,]\s*'[^'\n]{0,64}'\s*:"),
     "single quotation marks, as Python writes objects: publish JSON (json.dumps)"),
    (re.compile(r":\s*(?:True|False|None)\b"),
     "True, False or None, as Python writes them: publish JSON (json.dumps)"),
    (re.compile("[\u201c-\u201f]"), 'curly quotation marks: write " in their place'),
    (re.compile(r"[{,]\s*[A-Za-z_]\w{0,64}\s*[:=]"), "keys without quotation marks: publish JSON"),
)  # fmt: skip
_DECIMAL_COMMA: Final = re.compile(r":\s*([+-]?[0-9]{1,9}),([0-9]{1,9})")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2}[\s:,-]*)+")
# The first two signs of a message
_JSON: Final = re.compile(rb"\s*(?:\{\s*[\"'}]|\[\s*[{\[\]])")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\s-]+={0,2}")
# Characters of a text that show its encoding
_ENOUGH: Final = 64


def bare(payload: bytes) -> bytes:
    """Return the message without blanks and marks around it; a batch keeps its commas, for
    `elements`."""
    inner = payload.strip(_BLANK).removeprefix(_MARK).lstrip(_BLANK)
    return inner if inner.startswith(b"[") else without_last_commas(inner)


def without_last_commas(payload: bytes) -> bytes:
    """Return the payload with a blank for each comma before a closing brace or bracket.

    Trust the result only if it is JSON: otherwise a quotation mark may be missing, and it is not
    known which parts are strings.
    """
    return _LAST_COMMA.sub(lambda found: b" " if found["comma"] else found[0], payload)


def likeness(payload: bytes) -> str | None:
    """Describe a message that is not a JSON object, with a remedy; None: no known form."""
    packed, wide = _packed(payload), _wide(payload)
    if packed is not None:
        return f"{packed}: publish the JSON itself"
    if wide is not None:
        return f"{wide} text: publish UTF-8"
    text = payload.decode(errors="replace").strip("\ufeff\0 \t\r\n")
    if "\ufffd" in text and text[:1] in ("{", "["):
        return _no_utf8(payload) or _broken(text)
    try:
        whole = parse(text.encode())
    except (ValueError, RecursionError):
        return _broken(text) if text[:1] in ("{", "[") else _encoded(text)
    return _in_quotes(whole) if isinstance(whole, str) else None


def _in_quotes(text: str) -> str | None:
    if text.lstrip()[:1] in ("{", "["):
        return "JSON inside a JSON string: publish the object itself"
    return _encoded(text)


def _packed(payload: bytes) -> str | None:
    return next((name for start, name in _PACKED if payload.startswith(start)), None)


def _wide(payload: bytes) -> str | None:
    """Return the encoding of text with two or four bytes for each character, or None."""
    for mark, name in _WIDE:
        if payload.startswith(mark):
            return name
    return None


def _no_utf8(payload: bytes) -> str | None:
    """Describe a text that is not UTF-8; None if only the end of its last character is missing."""
    try:
        payload.decode()
    except UnicodeDecodeError as error:
        if error.end < len(payload):
            return f"a text that is no UTF-8 (byte {payload[error.start]:#04x}): publish UTF-8"
    return None


def _broken(text: str) -> str | None:
    """Describe the fault of a text that begins like JSON."""
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        pass
    else:
        if text[end:].lstrip(", \t\r\n")[:1] in ("{", "["):
            return "several objects in one message: publish each by itself, or all in an array"
    outside = _TEXTS.sub('""', text)
    comma = _DECIMAL_COMMA.search(outside)
    if comma is not None:
        return f"a decimal comma: write {comma[1]}.{comma[2]}, with a point"
    return next((words for sign, words in _DAMAGE if sign.search(outside)), None)


def _encoded(text: str) -> str | None:
    """Describe the encoding in which a text contains JSON."""
    if text[:3].lower() in ("%7b", "%5b"):
        return "percent-encoded text: publish the JSON itself"
    start = text[:_ENOUGH]
    digits = _HEX.match(start.lower().replace("0x", ""))
    if digits is not None:
        pairs = "".join(filter(str.isalnum, digits[0]))
        if _is_json(bytes.fromhex(pairs[: len(pairs) // 2 * 2])):
            return "hexadecimal text: publish the JSON itself"
    if _BASE64.fullmatch(text):
        letters = "".join(start.split()).rstrip("=").replace("-", "+").replace("_", "/")
        if _is_json(base64.b64decode(letters[: len(letters) // 4 * 4])):
            return "base64 text: publish the JSON itself"
    return None


def _is_json(data: bytes) -> bool:
    """Do these bytes begin like a reading or a batch, compressed or not?"""
    return _JSON.match(data.removeprefix(_MARK)) is not None or _packed(data) is not None
