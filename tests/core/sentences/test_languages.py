"""Each reason of the core has words in each language, and its facts suffice for them."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, get_args

import msgspec
import pytest
from hypothesis import given

import monitor
from monitor.core.sentences.english import ENGLISH, TABLES, english, sentence
from monitor.core.sentences.languages import Language, say
from monitor.core.sentences.minutes import recounted
from monitor.core.vocabulary.events import (
    AlarmChanged,
    Blinded,
    ClockStepped,
    Closed,
    DoseRecorded,
    Event,
    Judged,
    MeasurementFailed,
    Notice,
    Rejudged,
)
from monitor.core.vocabulary.reasons import NONE, Reason, plain
from monitor.core.vocabulary.refusals import GateRefused
from tests.core import notation
from tests.core.law import law
from tests.core.random_walk import Walk, facts, walks
from tests.core.sentences.second_language import PROSE, SECOND, TEMPLATES, places
from tests.core.test_random_walk import opened, walked
from tests.core.test_traces import STORIES

PRODUCT: Final = Path(monitor.__file__).parent
# Facts that are present in some cases only: the function has a default for each.
SOMETIMES: Final = {"of_protocol": {"phase", "retaken"}}
DATA: Final = {"because", "alarm", "unmet_because", "follows_because"}
# Events without a reason: of a kind that has none, an accepted reading, a cuff without a cause,
# one without an overridden gate, or a notice that is sent.
MAY_LACK: Final = (
    Judged,
    Rejudged,
    MeasurementFailed,
    DoseRecorded,
    Closed,
    Notice,
    *(kind for kind in get_args(Event) if not DATA & {*kind.__struct_fields__}),
)
ENGLISH_WORDS: Final = re.compile(
    r"\b(the|is|of|not|and|its|it|readings?|since|after|before|with|from|that|limit)\b"
)


# They make a reason of a code and of facts as keywords, beside `final`.
BY_KEYWORD: Final = ("failed", "NotAllowed")


def made(tree: ast.AST) -> Iterator[tuple[str, set[str] | None]]:
    """Code and names of facts of each reason that is written out in a module; None: not known."""
    for node in ast.walk(tree):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in ("Reason", *BY_KEYWORD) or not node.args:
            continue
        code = node.args[0]
        if not isinstance(code, ast.Constant):
            continue
        if name in BY_KEYWORD:
            yield str(code.value), {k.arg for k in node.keywords if k.arg and k.arg != "final"}
            continue
        given = node.args[1] if len(node.args) > 1 else ast.Dict([], [])
        keys = given.keys if isinstance(given, ast.Dict) else [None]
        names = {key.value for key in keys if isinstance(key, ast.Constant)}
        yield str(code.value), {str(n) for n in names} if len(names) == len(keys) else None


@cache
def modules() -> dict[str, ast.AST]:
    return {
        str(path.relative_to(PRODUCT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PRODUCT.rglob("*.py"))
    }


def parameters(code: str) -> tuple[set[str], set[str]]:
    """Names of the facts that the English function wants, and of those that it may get."""
    known = inspect.signature(ENGLISH.table[code]).parameters.values()
    return {p.name for p in known if p.default is p.empty}, {p.name for p in known}


def test_every_reason_that_is_written_out_has_its_row_with_these_facts() -> None:
    found = [(place, *one) for place, tree in modules().items() for one in made(tree)]
    assert len(found) > 100
    for place, code, names in found:
        if code:
            assert code in ENGLISH.table, (place, code)
            wanted, known = parameters(code)
            assert names is None or wanted <= names <= known, (place, code, names)


def test_every_row_is_the_code_of_a_reason() -> None:
    constants = {
        node.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # The note on lost data is no reason: it is added to one as it is shown.
    assert ENGLISH.table.keys() - constants == {"data_lost"}


def test_no_two_rows_have_one_code() -> None:
    assert sum(len(table) for table in TABLES) == len(ENGLISH.table)


def test_the_second_language_has_the_same_rows_and_needs_no_other_fact() -> None:
    differing = TEMPLATES.keys() ^ ENGLISH.table.keys()
    assert differing == set(), "each code has a row in tests/core/sentences/second_language.py"
    for code, template in TEMPLATES.items():
        assert places(template) <= parameters(code)[1], code


def inside(reason: Reason) -> Iterator[Reason]:
    yield reason
    for fact in reason.facts.values():
        if isinstance(fact, Reason):
            yield from inside(fact)


def reasons_of(decision: object) -> list[Reason]:
    """Return the reasons of an event, or of a refusal with its unmet conditions."""
    of = decision.alarm if isinstance(decision, (AlarmChanged, Blinded)) else decision
    found = [getattr(of, "because", None), getattr(of, "follows_because", None)]
    found += getattr(of, "unmet_because", ())
    if isinstance(decision, GateRefused):
        found += [one.because for one in decision.unmet]
    return [one for one in found if isinstance(one, Reason) and one]


def said_in_both(decisions: Iterable[object]) -> set[str]:
    """Say the reasons of these decisions in both languages; return their codes."""
    codes: set[str] = set()
    for decision in decisions:
        because = reasons_of(decision)
        assert because or isinstance(decision, MAY_LACK), decision
        codes |= {code for one in because for code in said(one)}
    return codes


def said(because: Reason) -> set[str]:
    """Say a reason in both languages; return its codes."""
    assert english(because)
    foreign = re.sub("\u2039.*?\u203a", "", say(because, SECOND))
    assert not ENGLISH_WORDS.search(foreign), foreign
    again = msgspec.json.decode(msgspec.json.encode(because), type=Reason)
    assert again == because
    assert english(again) == english(because)
    for one in inside(because):
        prose = {n for n, fact in one.facts.items() if isinstance(fact, str) and " " in fact}
        assert prose <= PROSE, one
    return {one.code for one in inside(because)}


def test_every_story_can_be_told_in_both_languages() -> None:
    codes: set[str] = set()
    for path in STORIES:
        codes |= said_in_both(notation.play(notation.read(path)).events)
    assert len(codes) > 45


@law(60)
@given(facts, walks)
def test_so_can_whatever_is_decided_on_a_random_walk(about: object, walk: Walk) -> None:
    for row in walked(opened(about), walk):  # type: ignore[arg-type]
        said_in_both([*row.due, *row.events, *filter(None, [row.refused])])


# --- the reason itself ----------------------------------------------------------------------------


def test_without_a_reason_nothing_is_said() -> None:
    assert not NONE
    assert english(NONE) == ""


def test_a_reason_is_rendered_once_however_often_it_is_asked_for() -> None:
    """A status repeats an alarm four times a second until it changes."""
    rendered: list[str] = []

    def row(device: str) -> str:
        rendered.append(device)
        return device

    language, reason = (
        Language("x-count", {"device_back": row}),
        Reason("device_back", {"device": "a"}),
    )
    assert [say(reason, language) for _ in range(3)] == ["a", "a", "a"]
    assert rendered == ["a"]


def test_a_fact_that_is_missing_or_not_foreseen_is_an_error() -> None:
    for facts_ in ({}, {"device": "strap", "colour": "red"}):
        with pytest.raises(TypeError):
            english(Reason("device_back", facts_))  # type: ignore[arg-type]


def test_the_sentence_on_the_record_counts_before_the_data() -> None:
    """A later version may say it otherwise; the record shows what people read."""
    step = ClockStepped(at=0.0, device="strap", by_s=9.0, because=plain("It was set."))
    assert sentence(step) == "It was set."
    kept = ClockStepped(at=0.0, device="strap", by_s=9.0, reason="Set.", because=step.because)
    assert sentence(kept) == "Set."


def test_a_reason_that_names_no_dose_is_the_same_object_after_a_further_one() -> None:
    after = Reason("after_dose", {"minutes": 5, "dose": 1, "doses": 1})
    typed = plain("held 5 min after the dose")
    inner = Reason("help_requested", {"by": "sam", "when": after})
    assert recounted(typed, 2) is typed
    assert english(recounted(Reason("acknowledged", {"by": "a", "reason": inner}), 2)) == (
        "Acknowledged by a. Help asked for by sam, 5 min after the first dose."
    )
