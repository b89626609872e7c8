"""The text of a PDF that Chromium printed, sheet by sheet, as far as tests read it."""

import re
import unicodedata
import zlib
from typing import Final

Object = bytes
_OBJECT: Final = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_STREAM: Final = re.compile(rb"/Length (\d+).*?stream\r?\n", re.DOTALL)
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
_FONT: Final = re.compile(rb"/(F\d+)\s+(\d+) 0 R")
_SHOWN: Final = re.compile(
    rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(-?[\d.]+ ){4}-?[\d.]+ -?[\d.]+ Tm"
)
_PAIR: Final = re.compile(rb"<(\w+)>\s*<(\w+)>")
_RANGE: Final = re.compile(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>")


def texts(pdf: bytes) -> list[str]:
    """Return the text of each sheet. A line's words are joined; blanks separate pieces of text."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    return [_sheet(body, objects) for body in objects.values() if _PAGE.search(body)]


def _stream(body: Object) -> bytes:
    found = _STREAM.search(body)
    assert found is not None
    data = body[found.end() : found.end() + int(found[1])]
    return zlib.decompress(data) if b"/FlateDecode" in body[: found.end()] else data


def _sheet(page: Object, objects: dict[int, Object]) -> str:
    resources = page
    if (elsewhere := re.search(rb"/Resources (\d+) 0 R", page)) is not None:
        resources = objects[int(elsewhere[1])]
    fonts = {name: _signs(objects[int(n)], objects) for name, n in _FONT.findall(resources)}
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    assert contents is not None
    signs: dict[int, str] = {}
    said: list[str] = []
    for found in _SHOWN.finditer(_stream(objects[int(contents[1])])):
        font, shown, _ = found.groups()
        if font:
            signs = fonts.get(font, {})
        elif shown:
            glyphs = (int(shown[i : i + 4], 16) for i in range(0, len(shown), 4))
            said.append("".join(signs.get(glyph, "\ufffd") for glyph in glyphs))
        else:
            said.append(" ")
    # Turn ligatures back into letters.
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", "".join(said))).strip()


def _signs(font: Object, objects: dict[int, Object]) -> dict[int, str]:
    """Return glyph -> its text."""
    table = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if table is None:
        return {}
    signs: dict[int, str] = {}
    text = _stream(objects[int(table[1])])
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        signs |= {int(glyph, 16): _text(code) for glyph, code in _PAIR.findall(block)}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for first, last, code in _RANGE.findall(block):
            start = int(first, 16)
            for glyph in range(start, int(last, 16) + 1):
                signs[glyph] = chr(int(code, 16) + glyph - start)
    return signs


def _text(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")
