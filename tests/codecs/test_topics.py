"""Topics: the kind of message on each, and that each message comes once."""

from typing import Final

import pytest
from aiomqtt import Topic
from hypothesis import given
from hypothesis import strategies as st

from monitor.codecs.topics import (
    CANARY,
    Arrived,
    Topics,
    TopicSource,
    device_topic,
    encounter_topic,
    is_device_id,
)

SOURCES: Final = (
    TopicSource("zb.one/{device}/state", "theengs"),
    TopicSource("gate/+/BT/{device}", "gatt-2a37", site="lab"),
)
TOPICS: Final = Topics(("home", "lab"), SOURCES, clock=True)


@pytest.mark.parametrize(
    ("topic", "arrived"),
    [
        ("dosing/v1/home/d-1/readings", Arrived("readings", "home", "d-1")),
        ("dosing/v1/lab/d-1/readings/gatt-2a35", Arrived("readings", "lab", "d-1", "gatt-2a35")),
        ("dosing/v1/home/d-1/status", Arrived("status", "home", "d-1")),
        ("dosing/v1/home/clock", Arrived("clock", "home", "")),
        ("zb.one/strap/state", Arrived("readings", "home", "strap", "theengs")),
        ("gate/g-7/BT/cuff", Arrived("readings", "lab", "cuff", "gatt-2a37")),
        # like one of ours, and none
        ("dosing/v1/home/d-1", None),
        ("dosing/v1/home/d-1/acks", None),
        ("dosing/v1/home/d-1/status/more", None),
        ("dosing/v1/home/d-1/readings/native/more", None),
        ("dosing/v1/home/readings", None),
        ("dosing/v1", None),
        ("dosing/v2/home/d-1/readings", None),
        ("zbxone/strap/state", None),
        ("zb.one/strap/state/more", None),
        ("zb.one/a/b/state", None),
        ("zb.one//state", None),
        ("gate/BT/cuff", None),
        ("gate/a/b/BT/cuff", None),
        ("", None),
    ],
)
def test_a_topic_gives_the_kind_of_its_messages(topic: str, arrived: Arrived | None) -> None:
    assert TOPICS.parse(topic) == arrived


def test_filters_are_those_of_each_site_and_each_gateway() -> None:
    assert sorted(TOPICS.filters()) == [
        "dosing/v1/home/+/readings",
        "dosing/v1/home/+/readings/+",
        "dosing/v1/home/+/status",
        "dosing/v1/home/clock",
        "dosing/v1/lab/+/readings",
        "dosing/v1/lab/+/readings/+",
        "dosing/v1/lab/+/status",
        "dosing/v1/lab/clock",
        "gate/+/BT/+",
        "zb.one/+/state",
    ]


def test_no_clock_of_others_is_followed_unless_wanted() -> None:
    alone = Topics(("home",), (), clock=False)
    assert alone.parse("dosing/v1/home/clock") is None
    assert "dosing/v1/home/clock" not in alone.filters()


def test_only_readings_on_our_own_topics_may_not_be_retained() -> None:
    """A device retains its status, and a gateway does as its maker thought right."""
    topics = Topics(("home",), (TopicSource("gate/{device}/readings", "native"),), clock=True)
    assert "gate/+/readings" in topics.filters()
    assert sorted(topics.unretained()) == [
        "dosing/v1/home/+/readings",
        "dosing/v1/home/+/readings/+",
    ]


LEVEL: Final = st.sampled_from(
    ["dosing", "v1", "home", "lab", "d-1", "readings", "status", "clock", "native", "zb.one",
     "state", "gate", "BT"]
)  # fmt: skip
OF_A_DEVICE: Final = st.tuples(st.just("dosing"), st.just("v1"), LEVEL, LEVEL).flatmap(
    lambda begin: st.lists(LEVEL, max_size=3).map(lambda end: [*begin, *end])
)


@given(st.lists(LEVEL, min_size=1, max_size=6) | OF_A_DEVICE)
def test_a_message_on_one_of_our_topics_comes_once_and_no_other_comes(levels: list[str]) -> None:
    every = Topics(("+",), SOURCES, clock=True)
    topic = "/".join(levels)
    times = sum(Topic(topic).matches(one) for one in every.filters())
    assert times == (every.parse(topic) is not None)


@pytest.mark.parametrize("device", ["d-1", "readings", "clock", "x" * 64])
def test_what_is_written_for_a_device_is_on_its_own_topic(device: str) -> None:
    assert TOPICS.parse(device_topic("lab", device, "status")) == Arrived("status", "lab", device)
    assert device_topic("lab", device, "acks") == f"dosing/v1/lab/{device}/acks"
    # Nothing that we publish about a session comes back as a message of a device.
    for last in ("status", "alarms"):
        assert TOPICS.parse(encounter_topic("home", "e-1", last)) is None
    assert encounter_topic("home", "e-1", "status") == "dosing/v1/home/encounters/e-1/status"


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("a", True), ("Strap_1-b", True), ("x" * 64, True), ("x" * 65, False), ("", False),
        ("a/b", False), ("a b", False), ("a\n", False), ("é", False), ("+", False),
        (CANARY, False),
    ],
)  # fmt: skip
def test_device_id(name: str, fits: bool) -> None:
    assert is_device_id(name) is fits
