"""Text in place of a characteristic's bytes: detect it, and describe its form.

Gateways publish hexadecimal, base64 or lists of numbers where they should publish bytes, and such
a text's first character may pass for flags: a line feed and `0696` would be a rate of 48. So text
is looked for before any value is read. All printable characters have a reserved bit of the flags
set; the remaining cases are white space and lengths in front of the text.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Final

from monitor.codecs.formats.bluetooth.announced import like_a_packet

_BLANK: Final = "\t\n\v\f\r "
_EDGE: Final = _BLANK + "\ufeff"
# Bytes of a text that are enough to recognise its form.
_ENOUGH: Final = 1024

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

_HEX_MARK: Final = re.compile(r"\(0x\)|\\?x|0x|[#$%]", re.IGNORECASE)
_HEX_SPLIT: Final = re.compile(r"[\s,;:._|\-]+")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+|[0-9a-f]", re.IGNORECASE)
_DECIMAL_SPLIT: Final = re.compile(r"\s*[,;|\s]\s*")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,3}(?:\.0+)?")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_PYTHON: Final = re.compile(r"(?:bytearray|bytes|memoryview)\(.*\)|b'.*'|b\".*\"", re.DOTALL)
_WRAPPED: Final = (
    ("[", "]"),
    ("{", "}"),
    ("(", ")"),
    ("<", ">"),
    ('"', '"'),
    ("'", "'"),
    ("`", "`"),
)


def text_in(payload: bytes) -> str | None:
    """Return the text that all these bytes spell, without white space around it; None: no text."""
    for encoding, body in _readings(payload[:_ENOUGH]):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.removesuffix("\0").strip(_EDGE)  # as C ends its strings
        if text and all(letter.isprintable() or letter in _BLANK for letter in text):
            return text
    return None


def printable(payload: bytes) -> bool:
    """Is every byte a printable ASCII character or white space?"""
    return all(0x20 <= byte < 0x7F or 0x09 <= byte <= 0x0D for byte in payload)


def likeness(text: str) -> str | None:
    """Describe the form of a text, with a remedy; None: no known form."""
    bare = text.strip(_EDGE)
    if _PYTHON.fullmatch(bare):
        return "bytes as Python writes them: publish the bytes"
    return _json(bare) or _bytes_in(_unwrapped(bare))


def _bytes_in(text: str) -> str | None:
    """Describe the form in which a text spells bytes; preferably one in which they are a packet."""
    spelled = {} if "." in text and _NUMBER.fullmatch(text) else dict(_spelled(text))
    real = {form: data for form, data in spelled.items() if like_a_packet(data)}
    if "hexadecimal" in real and "decimal" in real:
        del real["hexadecimal" if _rather_decimal(text) else "decimal"]
    form = next(iter(real or spelled), None)
    if form == "decimal":
        mark = "commas" if "," in text else "spaces"
        return f"text of decimal numbers with {mark}: publish the bytes"
    if form is not None:
        return f"{form} text: publish the bytes"
    if "\\x" in text:
        return "text with escaped bytes: publish the bytes"
    if _NUMBER.fullmatch(text):
        return "a number as text: publish the bytes, or native JSON on readings"
    return None


def _readings(payload: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the encodings in which a payload may be text, each with the bytes of the text."""
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            yield encoding, payload
            return
    yield "utf-8", payload
    for width in (1, 2):  # the text's length in front of it
        body = payload[width:]
        if int.from_bytes(payload[:width], "big") == len(body) > 2 and printable(body):
            yield "ascii", body
    if len(payload) > 4 and payload[0] == 0x02 and payload[-1] in (0x03, 0x04):
        yield "ascii", payload[1:-1]  # in the frame of a serial line
    # Without a mark, only ASCII characters are looked for: their other bytes are 0.
    for width, big, small in ((2, "utf-16-be", "utf-16-le"), (4, "utf-32-be", "utf-32-le")):
        if len(payload) < 2 * width or len(payload) % width:
            continue
        for encoding, place in ((big, width - 1), (small, 0)):
            letters = payload[place::width]
            if printable(letters) and payload.count(0) == len(payload) - len(letters):
                yield encoding, payload


def _json(text: str) -> str | None:
    if text[:1] not in ("{", "["):
        return None
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    numbers = isinstance(whole, list) and whole and all(type(item) is int for item in whole)
    if numbers:
        return "a JSON array of decimal numbers: publish the bytes"
    return "JSON text: publish the bytes, or native JSON on readings"


def _unwrapped(text: str) -> str:
    for _ in range(4):
        for opening, closing in _WRAPPED:
            if len(text) > 1 and text.startswith(opening) and text.endswith(closing):
                text = text[1:-1].strip(_EDGE)
                break
        else:
            break
    return text


def _spelled(text: str) -> Iterator[tuple[str, bytes]]:
    """Yield each form that the text can have, and the bytes that it spells in this form."""
    tokens = [t for t in _HEX_SPLIT.split(_HEX_MARK.sub(" ", text)) if t]
    tokens = [token.removesuffix("h").removesuffix("H") for token in tokens]
    lone = len(tokens) == 1 and len(tokens[0]) < 4
    if tokens and not lone and all(map(_HEX.fullmatch, tokens)):
        yield "hexadecimal", b"".join(bytes.fromhex(t.zfill(2)) for t in tokens)
    numbers = [t for t in _DECIMAL_SPLIT.split(text) if t]
    if len(numbers) > 1 and all(map(_DECIMAL.fullmatch, numbers)):
        values = [int(float(number)) for number in numbers]
        if all(-128 <= value <= 255 for value in values):
            yield "decimal", bytes(value & 0xFF for value in values)
    data = _from_base64("".join(text.partition("base64,")[2].split() or text.split()))
    if data is not None:
        yield "base64", data


def _from_base64(text: str) -> bytes | None:
    """Return the bytes if they make a packet, or if the text can hardly be anything else."""
    if not _BASE64.fullmatch(text):
        return None
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) < 3 or len(body) % 4 == 1:
        return None
    data = base64.b64decode(body + "=" * (-len(body) % 4))
    sure = text.endswith("=") or (len(text) % 4 == 0 and any(map(str.isdigit, text)))
    return data if sure or like_a_packet(data) else None


def _rather_decimal(text: str) -> bool:
    """Is a text that may be both rather decimal? Hexadecimal is mostly in pairs, without commas."""
    return "," in text or any(len(token) != 2 for token in _HEX_SPLIT.split(text) if token)
