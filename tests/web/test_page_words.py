"""Texts that people read are in `monitor/page/words` alone, where a translator finds them all."""

import re
from pathlib import Path
from typing import Final

import pytest

STATIC: Final = Path(__file__).resolve().parents[2] / "monitor" / "page"
WORDS: Final = STATIC / "words"
SCRIPTS: Final = [p.relative_to(STATIC) for p in sorted(STATIC.rglob("*.js"))]
OUTSIDE: Final = [p for p in SCRIPTS if p.parts[0] not in ("words", "vendor")]
INSIDE: Final = [p for p in SCRIPTS if p.parts[0] == "words"]
IMPORT: Final = re.compile(r"""\bfrom\s*["']([^"']+)["']""")

HOLE: Final = "\0"
LETTERS: Final = re.compile(r"[A-Za-z]{2}")
# A word with a space, or with a capital of its own: `PushManager` is a name of the browser's.
READ: Final = re.compile(r"(?=.*\s)(?=.*[A-Za-z]{2})|[A-Z][a-z]+(?![A-Za-z])", re.DOTALL)

COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
REGULAR: Final = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/")
STRING: Final = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'")
TAG: Final = re.compile(r"<[^<>]*>")
ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')

# The texts' own machinery.
UNTRANSLATED: Final = {"language.js"}
COUNTED: Final = re.compile(r'\bplural\([^"]*(?:"[^"]*", )?$')

# Attributes and properties that are shown or spoken: no letters at all.
SHOWN: Final = {
    "act", "alt", "aria-label", "hint", "label", "legend", "none", "note", "placeholder", "text",
    "title", "unit", "wrong",
}  # fmt: skip
# Attributes for the style sheet, the browser, and the rule of room.js.
UNSEEN: Final = ("aria-keyshortcuts", "class", "d", "data-piece", "pattern", "viewBox")
UNSEEN_HOLE: Final = re.compile(rf"\s(?:{'|'.join(UNSEEN)})=$")
SELECTING: Final = ("querySelector(", "querySelectorAll(", "closest(", "matchMedia(")
EXCEPTED: Final = {
    # Keys of a keyboard, by the browser's names.
    "Escape",
    "Enter",
    # Selectors that have a name.
    ".bar .acknowledge:not(.taken)",
    "a[href], button, input, select, textarea, [role=slider]",
    # The kinds of pieces in room.js.
    "further reason",
    # Of the record, or read by the service: the same in every language.
    "Esketamine",
    "Ketamine",
    "the command line",
    "the service",
    "not signed in",
    "mon-fri 08:00-18:00; sat 09:00-12:00",
    "mon-sun 22:00-07:00",
    # Fonts of a canvas.
    f"{HOLE} {HOLE}px {HOLE}",
    f"{HOLE}px {HOLE}",
}


class Script:
    """A script's literals that a person may read; `HOLE` is the place of a computed part.

    words: of a module with texts, so only those that no table of a language can have
    """

    def __init__(self, source: str, *, words: bool = False) -> None:
        self.source = source
        self.words = words
        self.at = 0
        self.unseen = 0
        self.found: list[str] = []

    def texts(self) -> list[str]:
        self._code(hole=False)
        return self.found

    def _code(self, *, hole: bool) -> None:
        """Read to the end, or to the brace that ends a hole."""
        depth = 0
        while self.at < len(self.source) and depth >= 0:
            sign = self.source[self.at]
            if sign == "/" and (skipped := self._skipped()):
                self.at = skipped.end()
            elif sign in "\"'":
                self._string()
            elif sign == "`":
                self._template()
            else:
                depth += (sign == "{") - (hole and sign == "}")
                self.at += 1

    def _skipped(self) -> re.Match[str] | None:
        if comment := COMMENT.match(self.source, self.at):
            return comment
        before = self.source[: self.at].rstrip()[-1:]
        return REGULAR.match(self.source, self.at) if before in "(,=:[!&|?{};" else None

    def _string(self) -> None:
        string = STRING.match(self.source, self.at)
        assert string, self.source[self.at : self.at + 40]
        before = self.source[: self.at].rstrip()
        unread = before.endswith(SELECTING) or (self.words and COUNTED.search(before + " "))
        self.at = string.end()
        if not unread and not self.source.startswith(".split(", self.at):
            self._take(string[1] or string[2] or "")

    def _template(self) -> None:
        html = self.source.endswith("html", 0, self.at)
        translated = self.words and self.source.endswith("tr", 0, self.at)
        self.at += 1
        text = ""
        while self.source[self.at] != "`":
            if self.source.startswith("${", self.at):
                self.at += 2
                unseen = bool(html and UNSEEN_HOLE.search(text))
                self.unseen += unseen
                self._code(hole=True)
                self.unseen -= unseen
                text += HOLE
            else:
                size = 2 if self.source[self.at] == "\\" else 1
                text += self.source[self.at : self.at + size]
                self.at += size
        self.at += 1
        if html:
            self._markup(text)
        elif not translated:
            self._take(text)

    def _take(self, text: str) -> None:
        if not self.unseen and READ.match(text):
            self.found.append(text)

    def _markup(self, text: str) -> None:
        self.found += [part.strip() for part in TAG.split(text) if LETTERS.search(part)]
        for tag in TAG.findall(text):
            for name, value in ATTRIBUTE.findall(tag):
                shown = LETTERS.search(value) if name in SHOWN else READ.match(value)
                if shown and name not in UNSEEN:
                    self.found.append(value)


def texts(source: str, *, words: bool = False) -> list[str]:
    found = Script(source, words=words).texts()
    # The margin of a printed sheet is style.
    return [t for t in found if t not in EXCEPTED and not t.startswith("@page {")]


@pytest.mark.parametrize("script", OUTSIDE, ids=lambda p: p.as_posix())
def test_a_module_outside_the_words_has_no_text(script: Path) -> None:
    """Move it to the module in `words` of its area, and import it from there."""
    assert texts((STATIC / script).read_text()) == []


@pytest.mark.parametrize(
    "script", [p for p in INSIDE if p.name not in UNTRANSLATED], ids=lambda p: p.as_posix()
)
def test_a_text_can_be_in_another_language(script: Path) -> None:
    """Write it as tr`text`, or with `plural`: a table of a language has it by its English."""
    assert texts((STATIC / script).read_text(), words=True) == []


@pytest.mark.parametrize("script", INSIDE, ids=str)
def test_the_words_need_no_other_part_of_the_page(script: Path) -> None:
    module = STATIC / script
    for name in IMPORT.findall(module.read_text()):
        assert WORDS in (module.parent / name).resolve().parents, name


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("const busy = 'One moment.';", "One moment."),
        ('const title = "Reading";', "Reading"),
        ("const long = `${n} alarms`;", f"{HOLE} alarms"),
        ("html`<p>told</p>`", "told"),
        ("html`<p class=${on ? 'line on' : ''}>${n} min</p>`", f"{HOLE} min"),
        ('html`<${Field} label="Amount" />`', "Amount"),
        ('html`<${Field} unit="mg" />`', "mg"),
        ('html`<p role="Two words" />`', "Two words"),
        ("html`<p title=${on ? `Sound is ${on}` : ''} />`", f"Sound is {HOLE}"),
        ("html`<p class=${a}>${b && html`<b>Inner</b>`}</p>`", "Inner"),
        ("const all = { a: { b: 1 } }; say('Two words')", "Two words"),
        ("half = a / 2; say('Two words'); b = 1 / 2", "Two words"),
    ],
)
def test_a_text_in_a_script_is_found(source: str, text: str) -> None:
    assert texts(source) == [text]


@pytest.mark.parametrize(
    "source",
    [
        'html`<p class="quiet line" id=${id}>${words}, ${more}: </p>`',
        "html`<p class=${on ? 'line on' : `line ${off}`} />`",
        "document.querySelector('.bar .line')",
        '"first_name last_name".split(" ")',
        "// It's a comment.\n/* 'Two words' */ /** `Two words` */",
        "const kind = 'heart_rate';",
        "path.replace(/^'Two words\\/[/`]/, '')",
        "const ok = 'PushManager' in self;",
        'const path = "M8 2 15 14.5H1Z";',
        "fetch(`alarms/${id}/acknowledge`)",
    ],
)
def test_code_and_style_are_no_text(source: str) -> None:
    assert texts(source) == []


def test_a_text_that_no_table_can_have_is_found() -> None:
    source = """
      const busy = 'One moment.', kept = tr`Two ${n > 1 ? "Three four" : tr`fives`}`;
      say(plural(n, "{0} more alarm", "{0} more alarms"), "Six sevens");
    """
    assert texts(source, words=True) == ["One moment.", "Three four", "Six sevens"]
