"""The report of an attempt in a message on its way: which rows it changes, and to what."""

from typing import Final, Literal

import pytest
from msgspec import structs

from monitor.adapters.deliver import Outcome, failed
from monitor.adapters.store import NoticeRow
from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import Reason, plain
from monitor.core.vocabulary.words import Priority
from monitor.service.notices.dispatch import TOO_LATE, Dispatch, Report, cancelled

ACCEPTED: Final = Outcome(True, delivered=True)
REFUSED: Final = failed("answered", status=500)
NOBODY: Final = Reason("acknowledged_by", {"by": "thea"})
T: Final = 1000.0


def row(index: int, priority: Priority = "high", alarm: str = "e-1") -> NoticeRow:
    return NoticeRow(
        id=f"{alarm}.{index}", message="m", encounter="e", alarm=alarm, contact=1, name="Anna",
        channel="json", channel_index=index, priority=priority, kind="physiological", onset=0.0,
        queued_at=0.0, at=0.0,
    )  # fmt: skip


def dispatch(*rows: NoticeRow) -> Dispatch:
    made = Dispatch(id="m", contact=1, mode="real", link="", secret=b"")
    for one in rows:
        made.urls[one.channel_index] = f"json://{one.channel_index}"
        made.put(one)
    return made


def apply(of: Dispatch, index: int, outcome: Outcome, *, last: bool = False) -> list[str]:
    """Report all waiting rows of the channel; return the states of those that it changes."""
    ids = tuple(r.id for r in of.rows[index])
    changed = of.take(Report(of, index, outcome, T, ids, last=last))
    for one in changed:
        of.put(one)
    return [f"{one.id} {one.state} {one.attempts}" for one in changed]


@pytest.mark.parametrize(("priority", "outcome", "last", "expected"), [
    ("high", ACCEPTED, False, ["e-1.0 sent 1"]),
    ("medium", ACCEPTED, False, ["e-1.0 sent 1", "e-1.1 cancelled 0"]),
    ("high", REFUSED, False, ["e-1.0 retrying 1"]),
    ("medium", REFUSED, True, ["e-1.0 failed 1"]),
])  # fmt: skip
def test_an_outcome_changes_its_rows_and_those_that_are_not_needed_any_more(
    priority: Priority, outcome: Outcome, last: bool, expected: list[str]
) -> None:
    assert apply(dispatch(row(0, priority), row(1, priority)), 0, outcome, last=last) == expected


@pytest.mark.parametrize(("outcome", "expected"), [
    (ACCEPTED, [("sent", TOO_LATE, T)]),
    (REFUSED, []),
])  # fmt: skip
def test_what_is_cancelled_while_it_is_sent_changes_only_if_it_arrived(
    outcome: Outcome, expected: list[tuple[str, Reason, float]]
) -> None:
    made = dispatch(row(0))
    sent = tuple(made.newest)
    over = made.cancel(NOBODY, lambda _: True, T)
    assert [(r.because, r.detail) for r in over] == [(NOBODY, "acknowledged by thea")]
    changed = made.take(Report(made, 0, outcome, T, sent))
    assert [(r.state, r.because, r.sent_at) for r in changed] == expected
    assert [r.detail for r in changed] == [english(because) for _, because, _ in expected]


def test_a_failure_without_an_attempt_ends_the_rows_and_counts_none() -> None:
    made = dispatch(row(0), row(0, alarm="e-2"))
    changed = made.take(Report(made, 0, failed("not_taken"), T, last=True))
    assert {(r.state, r.attempts, r.detail) for r in changed} == {("failed", 0, "it was not taken")}


def test_what_is_cancelled_keeps_why_it_had_not_arrived_also_in_a_row_of_an_older_version() -> None:
    tried = structs.replace(row(0), detail="it answered 500")
    for before in (tried, structs.replace(tried, because=REFUSED.because)):
        over = cancelled(before, NOBODY, T)
        assert over.detail == "acknowledged by thea; before that, it answered 500"
        why = before.because or plain("it answered 500")
        assert over.because == Reason("not_before", {"reason": NOBODY, "why": why})


Way = Literal["accepted", "refused"]


@pytest.mark.parametrize(("order", "told"), [
    ([(0, "refused"), (1, "refused"), (0, "refused")], [False, True, False]),
    ([(0, "refused"), (1, "accepted")], [False, False]),
    ([(0, "refused"), (0, "accepted"), (1, "refused")], [False, False, False]),
])  # fmt: skip
def test_a_contact_is_unreached_once_when_no_channel_accepted_its_first_attempt(
    order: list[tuple[int, Way]], told: list[bool]
) -> None:
    made, found = dispatch(row(0), row(1)), []
    for index, way in order:
        apply(made, index, ACCEPTED if way == "accepted" else REFUSED)
        found.append(made.unreached_now())
    assert found == told


def test_every_channel_was_tried_once_each_has_an_attempt_or_needs_none() -> None:
    made = dispatch(row(0, "medium"), row(1, "medium"))
    apply(made, 0, REFUSED)
    assert not made.tried.is_set()
    for waiting in made.cancel(NOBODY, lambda r: r.channel_index == 1, T):
        made.put(structs.replace(waiting))
    assert made.tried.is_set()
