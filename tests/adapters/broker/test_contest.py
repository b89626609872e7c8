"""When a contest over our client id counts as one, and which topics the broom clears.

Tested without a broker.
"""

from typing import Final

import pytest

from monitor.adapters.mqtt import broom
from monitor.adapters.mqtt.broom import Broom
from monitor.adapters.mqtt.contest import QUIET_S, Contest

AWAY: Final = None  # between two ends: the broker was unreachable


@pytest.mark.parametrize(
    ("ends", "since"),
    [
        ([0.0, 1.0, 2.0], 0.0),
        ([0.0, 20.0, 40.0], 0.0),
        ([5.0, 6.0], None),  # a second end looks like a restart
        ([0.0, 1.0, 61.0], None),
        ([0.0, 50.0, 61.0, 62.0], 50.0),
        ([0.0, 1.0, AWAY, 2.0], None),  # the broker went away: no client ousted us
        ([0.0, AWAY, 1.0, AWAY, 2.0, AWAY, 3.0], None),
        ([0.0, AWAY, 1.0, 2.0, 3.0], 1.0),
        ([0.0, 1.0, 2.0, AWAY], 0.0),  # a contest does not end with the broker
        ([0.0, 1.0, 2.0, 3.0, 4.0], 0.0),
    ],
)
def test_a_fight_is_three_ends_by_a_broker_that_is_there(
    ends: list[float | None], since: float | None
) -> None:
    contest = Contest()
    for end in ends:
        if end is None:
            contest.unreachable()
        else:
            contest.ended(end)
    assert contest.since == since


def test_a_fight_is_over_when_a_connection_has_lived_for_long() -> None:
    contest = Contest()
    for end in (0.0, 1.0, 2.0):
        contest.ended(end)
    contest.lives(QUIET_S - 1)
    assert contest.since == 0.0
    contest.lives(QUIET_S)
    assert contest.since is None
    contest.ended(70.0)
    assert contest.since is None


def test_the_broom_takes_back_each_once_and_knows_its_own_echo() -> None:
    made = Broom(lambda topic: topic.startswith("here/"))
    assert not made.takes("there/1")
    assert made.takes("here/1")
    assert not made.takes("here/1")
    assert not made.idle
    assert not made.is_echo("here/2"), "somebody else's empty message"
    assert made.is_echo("here/1")
    assert not made.is_echo("here/1")
    assert (made.idle, made.cleared) == (True, 1)
    assert made.takes("here/1")
    made.forget()
    assert made.idle


def test_the_broom_works_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broom, "TOPICS", 10)
    made = Broom(lambda _: True)
    assert [made.takes(f"t/{n}") for n in range(12)] == [True] * 10 + [False] * 2
    made.is_echo("t/3")
    assert made.takes("t/11")
    monkeypatch.setattr(broom, "BYTES", 100)
    made = Broom(lambda _: True)
    assert [made.takes(f"{n}" * 60) for n in range(3)] == [True, True, False]
    made.is_echo("0" * 60)
    assert made.takes("2" * 60)
