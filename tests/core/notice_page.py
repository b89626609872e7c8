"""Print the tables of `docs/notices.md` from the code: to whom, when, and until when.

After a wanted change write the page again with `python -m tests.core.notice_page`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from monitor.core.alarms.steps import GRACE_S
from monitor.core.notices import escalation
from monitor.core.protocol.protocol import Escalation, Escalations
from monitor.core.sentences.english import english
from monitor.core.technical import unattended
from monitor.core.vocabulary.inputs import Contact

PAGE: Final = Path(__file__).parents[2] / "docs" / "notices.md"
BEGIN, END = "<!-- printed from the code -->", "<!-- end of what is printed -->"
_MOVES: Final = {
    "raised": "The alarm comes on",
    "escalated": "It worsens, also after an acknowledgement",
    "deescalated": "It eases",
    "latched": "It is over and nobody has seen it",
    "acknowledged": "Somebody acknowledges it",
    "ended": "Somebody acknowledges what was over",
    "cleared": "It is over and does not latch",
}


def page() -> str:
    """Return the present page with its tables printed again."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n\n" + "\n".join(_tables()).strip() + "\n\n" + END + after


def _tables() -> Iterator[str]:
    rules, usual = Escalations(), Contact(id=0, name="").after_s
    yield f"| priority | a contact with `after_s` {usual:g} is told | and again | who |"
    yield "|---|---|---|---|"
    for priority in ("high", "medium", "low"):
        rule = rules.of(priority)
        who = "who wants low alarms" if priority == "low" else "everybody on duty"
        yield f"| {priority} | {usual + rule.delay_s:g} s after it began | {_again(rule)} | {who} |"
    yield ""
    yield "| what happens | what it does to the notices |"
    yield "|---|---|"
    for change, words in _MOVES.items():
        yield f"| {words} (`{change}`) | {_effect(change)} |"
    yield ""
    yield "| besides | |"
    yield "|---|---|"
    late = escalation.LATE_S
    yield f"| Decided late | counted from its onset, at most {late:g} s before it was raised |"
    yield "| It worsens, and nobody has acknowledged it | counted as before: nobody is told later |"
    yield "| Nobody watches, and it is high | the first contact without a `user` is told at once |"
    yield "| A contact cannot be told | the next one is told at once; `notice_failed` |"
    yield "| Nobody is on duty, or nobody of them can be told or can take it | everybody is told |"
    yield (
        "| A contact cannot take it (`notice_declined`) | the next one is told at once, and that "
        "one no more while another is left |"
    )
    yield "| ... and everybody was told | whoever was told longest ago is told again, at once |"
    yield "| Nobody is left who could | the alarm stands, everybody is told on; `nobody_left` |"
    yield "| A contact with a `user` | told only of sessions which that user supervises |"
    yield f"| Low, in a contact's {english(escalation.QUIET)} | on the record, not sent |"
    yield "| Technical, before the dose | nobody is told |"
    yield "| The session is closed | nobody is told any more |"
    yield ""
    yield "| nobody watches a dosed session for | `unattended` is |"
    yield "|---|---|"
    for step in unattended.STEPS:
        yield f"| {step.after + GRACE_S:g} s | {step.priority} |"


def _again(rule: Escalation) -> str:
    return f"every {rule.repeat_s / 60:g} min until acknowledged" if rule.repeat_s else "never"


def _effect(change: str) -> str:
    if change in escalation.STARTS:
        return "they begin, or begin anew"
    if change in escalation.ENDS:
        return "they end; what waits to be sent is cancelled"
    return "they go on, with the delays of its priority"


if __name__ == "__main__":
    PAGE.write_text(page())
