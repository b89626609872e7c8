"""Packets that are small and cost the broker much, and what they count as."""

import struct
from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.broker.turnstile.packets import (
    Introduction,
    Unreadable,
    introduction,
    packet_size,
)
from monitor.adapters.broker.turnstile.weight import (
    EACH,
    EXACT_AT_MOST,
    LONGEST,
    UNRELEASED_AT_MOST,
    WIDE_AT_MOST,
    WIDE_WEIGHS,
    Kept,
    Scale,
)
from tests.adapters.raw_mqtt import connect, packet, publish, text

SOME: Final = b"\x26\0\1k\0\0" * 40  # user properties


def scale(version: int = 4, *, clean: bool = True, known: Kept | None = None) -> Scale:
    return Scale(Introduction("strap-1", version, clean), known or Kept())


def weight(of: Scale, data: bytes) -> int:
    return of.weight(data, 0, packet_size(data))


def counted(properties: bytes) -> bytes:
    """Return properties behind their length."""
    return packet(0, properties)[1:]


def subscribe(filters: Sequence[str], properties: bytes | None = None) -> bytes:
    given = b"" if properties is None else counted(properties)
    return packet(0x82, b"\0\1" + given + b"".join(text(one) + b"\1" for one in filters))


def published(properties: bytes, qos: int = 1) -> bytes:
    number = b"\0\1" if qos else b""
    return packet(0x30 | qos << 1, text("a/b") + number + counted(properties) + b"72")


@pytest.mark.parametrize(
    ("version", "data", "as_many"),
    [
        (4, publish("a/b", b"72"), 1),
        (4, subscribe(["a/acks", "a/commands"]), 2),
        (4, subscribe(["a/+"]), WIDE_WEIGHS),
        (4, subscribe(["a/#", "$share/g/a", "a/acks"]), 2 * WIDE_WEIGHS + 1),
        (4, subscribe([]), 1),
        (4, b"\xc0\0", 1),
        (4, b"\x40\x02\0\1", 1),
        (4, packet(0xA2, b"\0\1" + text("a/#")), 1),
        (5, publish("a/b", b"\0" + b"72"), 1),
        (5, published(SOME, 0), 1),
        (5, published(SOME, 2), 1),
        (5, subscribe(["a/acks"], SOME), 1),
        (5, packet(0xA2, b"\0\1" + counted(SOME) + text("a/#")), 1),
        (5, b"\xe0\0", 1),
        (5, packet(0xE0, b"\x04" + counted(SOME)), 1),
    ],
)
def test_weights(version: int, data: bytes, as_many: int) -> None:
    assert weight(scale(version), data) == as_many
    assert scale(version).weight(b"\xc0\0" + data, 2, packet_size(data)) == as_many


@pytest.mark.parametrize(
    ("version", "data"),
    [
        (4, packet(0x82, b"\0\1" + text("a" * LONGEST) + b"\1")),
        (4, packet(0x82, b"\0\1\0\x09a")),
        (4, packet(0x34, b"\0\x09a")),
        (4, packet(0x34, b"\0\1a\0")),
        (4, packet(0x34, b"\0\1a") + b"\0\1"),
        (5, packet(0x82, b"\0\1\xff\xff\xff\xff\x01" + text("a") + b"\1")),
        (5, packet(0x82, b"\0\1\x80")),
    ],
)
def test_packets_that_do_not_pass(version: int, data: bytes) -> None:
    with pytest.raises(Unreadable):
        weight(scale(version), data)


@pytest.mark.parametrize(
    "data", [published(SOME, 2), publish("a/b", b"72", qos=2), subscribe(["a/acks"], SOME)]
)
def test_the_rest_of_a_packet_is_awaited_where_it_matters(data: bytes) -> None:
    size = packet_size(data)
    found = [scale(5).weight(data[:cut], 0, size) for cut in range(5, len(data) + 1)]
    assert set(found[:4]) == {0}
    assert found[-1] == 1
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("name", "most"),
    [("a/{}", EXACT_AT_MOST), ("$share/{}/#", WIDE_AT_MOST), ("{}/+", WIDE_AT_MOST)],
)
def test_an_account_has_so_many_filters_over_all_its_connections(name: str, most: int) -> None:
    known = Kept()
    for n in range(most):
        weight(scale(known=known, clean=False), subscribe([name.format(n)]))
    again = scale(known=known, clean=False)
    assert weight(again, subscribe([name.format(0)])) > 0
    with pytest.raises(Unreadable):
        weight(again, subscribe([name.format(most)]))
    anew = scale(known=known, clean=True)
    assert weight(anew, subscribe([name.format(most)])) > 0


def test_messages_at_qos_2_wait_for_their_release_up_to_a_limit() -> None:
    known, size = Kept(), 100_000
    held = UNRELEASED_AT_MOST // (len(publish("a", bytes(size), qos=2)) + EACH)

    def say(number: int, *, clean: bool = False) -> int:
        data = publish("a", bytes(size), qos=2, packet_id=number)
        return weight(scale(known=known, clean=clean), data)

    for again in range(2):  # whoever sends the same ones again, after a reconnection, may do so
        for number in range(1, held + 1):
            assert say(number) == 1, again
    with pytest.raises(Unreadable):
        say(held + 1)
    for number in (1, 9_000):  # the second is none of them
        assert weight(scale(known=known, clean=False), packet(0x62, struct.pack("!H", number))) == 1
    assert say(held + 1) == 1
    for form in (
        b"\x62\0",
        b"\x60\x02\0\2",
        b"\x62\x03\0\2\x80",
        b"\x62\x01\0",
    ):  # a broker refuses these
        assert weight(scale(known=known, clean=False), form + b"\0\2") == 1
    with pytest.raises(Unreadable):
        say(held + 2)
    assert say(1, clean=True) == 1
    assert list(known.unreleased) == [(0, 1)]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 5), st.integers(0, 90)), max_size=40))
def test_what_waits_for_its_release_is_counted_once(steps: list[tuple[bool, int, int]]) -> None:
    kept, known = Kept(), dict[int, int]()
    of = scale(known=kept)
    for holds, number, size in steps:
        if holds:
            data = publish("a", bytes(size), qos=2, packet_id=number)
            known[number] = max(known.get(number, 0), len(data) + EACH)
        else:
            data = packet(0x62, struct.pack("!H", number))
            known.pop(number, None)
        assert weight(of, data) == 1
    assert kept.unreleased_bytes == sum(known.values()) == sum(kept.unreleased.values())


def test_an_introduction_says_whether_a_session_begins_anew() -> None:
    for clean in (True, False):
        for version, more in ((4, None), (5, b"")):
            data = connect("x", clean=clean, credentials=("strap-1", "s"), properties=more)
            assert introduction(data) == ("strap-1", version, clean)
