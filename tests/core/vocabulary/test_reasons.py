"""Reasons as data: empty or not, and changed at every depth without touching the original."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.vocabulary.reasons import NONE, Fact, Reason, changed, plain
from tests.core.law import law

INNER: Final = Reason("minutes", {"minutes": 3})
OUTER: Final = Reason("alarm", {"why": Reason("because", {"when": INNER}), "by": "thea"})


def test_only_a_reason_with_a_code_is_one() -> None:
    assert not NONE
    assert not Reason("", {"by": "thea"})
    assert plain("")  # an empty text is a text that was given
    assert plain("It says why.") == Reason("text", {"text": "It says why."})


def later(reason: Reason) -> Reason:
    return Reason("minutes", {"minutes": 4}) if reason.code == "minutes" else reason


def test_the_innermost_reason_is_changed_and_the_original_stays() -> None:
    new = changed(OUTER, later)
    assert new == Reason(
        "alarm", {"why": Reason("because", {"when": Reason("minutes", {"minutes": 4})}),
                  "by": "thea"},
    )  # fmt: skip
    assert OUTER.facts["why"] == Reason("because", {"when": INNER})
    assert changed(INNER, later) == Reason("minutes", {"minutes": 4})


def test_the_outer_reason_is_changed_after_those_within_it() -> None:
    seen: list[str] = []

    def note(reason: Reason) -> Reason:
        seen.append(reason.code)
        return later(reason)

    changed(OUTER, note)
    assert seen == ["minutes", "because", "alarm"]


def test_a_text_that_only_reads_like_a_reason_is_no_reason() -> None:
    typed = Reason("note", {"text": "minutes", "all": ("minutes", "3"), "none": None})
    assert changed(typed, later) is typed


plain_facts: Final[st.SearchStrategy[Fact]] = st.one_of(
    st.none(), st.booleans(), st.integers(0, 9), st.sampled_from(("a", "minutes"))
)
reasons: Final[st.SearchStrategy[Reason]] = st.recursive(
    st.builds(Reason, st.sampled_from(("a", "b", "minutes"))),
    lambda within: st.builds(
        Reason, st.sampled_from(("a", "b")),
        st.dictionaries(st.sampled_from("xyz"), st.one_of(plain_facts, within), max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip


def codes(reason: Reason) -> list[str]:
    inner = [fact for fact in reason.facts.values() if isinstance(fact, Reason)]
    return [reason.code, *(code for one in inner for code in codes(one))]


@law(200)
@given(reasons)
def test_a_reason_in_which_nothing_changes_is_the_same_object(reason: Reason) -> None:
    assert changed(reason, lambda one: one) is reason
    new = changed(reason, later)
    assert (new is reason) == ("minutes" not in codes(reason))
    assert codes(new) == codes(reason)
