"""Print `docs/glossary.md` and the index of decisions: `python -m tests.house.glossary_page`.

The words are those of the core's vocabulary, each with the first sentence of its docstring.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house.architecture_page import REPOSITORY, first_sentence

GLOSSARY: Final = REPOSITORY / "docs" / "glossary.md"
INDEX: Final = REPOSITORY / "docs" / "decisions" / "README.md"
VOCABULARY: Final = REPOSITORY / "monitor" / "core" / "vocabulary"
CHAPTERS: Final = {
    "inputs": "What goes into a session",
    "events": "What is decided",
    "status": "What a session looks like",
    "refusals": "Why an act is refused",
    "vitals": "Vital signs",
}
# Words of the project that are not the name of a class.
WORDS: Final = {
    "canary": "a session without a patient, by which the service tries itself once a minute",
    "episode": "a transient elevation as a record: onset, highest value, end",
    "gate": "what must hold before a dose, before a further one, and before a session ends",
    "journal": "every input and decision of a session, in order; everything else is read from it",
    "latched": "the condition is over, and its alarm stays until a person acknowledges it",
    "ledger": "who was told of which alarm, on which channel, and what became of it",
    "lane": "what one device has handed over and is not judged yet",
    "quarantine": "what came and could not be read, with the reason",
    "turnstile": "the proxy before the broker that reads each client at a pace",
}


def glossary() -> str:
    return "\n".join(_glossary()).rstrip() + "\n"


def index() -> str:
    return "\n".join(_index()).rstrip() + "\n"


def _glossary() -> Iterator[str]:
    yield "# Glossary"
    yield ""
    yield "Printed from the code. In brackets stands what the journal calls it."
    yield ""
    yield "| word | means |"
    yield "|---|---|"
    for word, means in sorted(WORDS.items()):
        yield f"| {word} | {means} |"
    for module, title in CHAPTERS.items():
        yield ""
        yield f"## {title}"
        yield ""
        yield "| word | means |"
        yield "|---|---|"
        for name, tag, means in _classes(VOCABULARY / f"{module}.py"):
            yield f"| {name}{f' (`{tag}`)' if tag else ''} | {means} |"


def _classes(module: Path) -> Iterator[tuple[str, str, str]]:
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and (text := ast.get_docstring(node)):
            tags = [
                k.value.value
                for k in node.keywords
                if k.arg == "tag" and isinstance(k.value, ast.Constant)
            ]
            words = re.sub(r"(?<!^)(?=[A-Z])", " ", node.name).lower()
            yield words, str(tags[0]) if tags else "", first_sentence(text).replace("|", "\\|")


def _index() -> Iterator[str]:
    yield "# Decisions"
    yield ""
    yield "What was not obvious, why it is so, and what was refused."
    yield ""
    for record in sorted(INDEX.parent.glob("[0-9]*.md")):
        title = record.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        yield f"- [{title}]({record.name})"


if __name__ == "__main__":
    GLOSSARY.write_text(glossary(), encoding="utf-8")
    INDEX.write_text(index(), encoding="utf-8")
