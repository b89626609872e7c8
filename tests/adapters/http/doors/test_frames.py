"""Limits on a page's WebSocket frames: counted alike in whatever pieces the bytes come."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters.http.doors.frames import BYTES, FRAGMENTS, FRAMES, FRAMES_A_S, Frames, Misused
from tests.adapters.http.routes.test_live import MORE, PONG, TEXT, frame


def passes(frames: Frames, data: bytes, now: float = 0.0) -> bool:
    try:
        frames.take(data, now)
    except Misused:
        return False
    return True


PRESENCE = frame(TEXT, b'{"type":"presence","visible":true,"audible":true}')


def test_a_page_may_speak_for_hours_and_name_many_alarms_at_once() -> None:
    frames = Frames(0.0)
    assert passes(frames, frame(TEXT, b"x" * 80) * 200)
    for second in range(1, 10_000):
        assert passes(frames, PRESENCE + frame(PONG, b"abcd"), float(second))


@pytest.mark.parametrize("one", [frame(PONG), frame(TEXT), frame(TEXT, b"x" * 200)])
def test_so_many_at_once_and_so_many_a_second_from_then_on(one: bytes) -> None:
    frames = Frames(0.0)
    assert passes(frames, one * FRAMES)
    assert not passes(frames, one)
    frames = Frames(0.0)
    assert passes(frames, one * FRAMES)
    assert passes(frames, one * int(FRAMES_A_S), 1.0)
    assert not passes(frames, one, 1.0)


def test_bytes_count_too_although_no_frame_is_whole() -> None:
    frames, long = Frames(0.0), frame(TEXT, b"x" * 4096)
    fitting = BYTES // len(long)
    assert passes(frames, long * fitting)
    left = BYTES - fitting * len(long)
    assert passes(frames, long[:left])
    assert not passes(frames, long[left : left + 1])


def test_a_message_in_pieces_comes_to_an_end() -> None:
    frames = Frames(0.0)
    pieces = frame(TEXT, b"x", last=False) + frame(MORE, b"x", last=False) * (FRAGMENTS - 1)
    assert passes(frames, pieces + frame(MORE))
    assert passes(frames, pieces)
    assert not passes(frames, frame(MORE, last=False))


@settings(max_examples=30)
@given(
    sizes=st.lists(st.integers(0, 700), min_size=FRAMES, max_size=FRAMES),
    cuts=st.lists(st.integers(0, 60_000), max_size=40),
)
def test_it_counts_the_same_however_the_bytes_are_cut(sizes: list[int], cuts: list[int]) -> None:
    sizes = [size % 250 for size in sizes]
    whole = b"".join(frame(TEXT, b"\xff" * size) for size in sizes)
    frames = Frames(0.0)
    places = sorted({0, len(whole), *(cut % len(whole) for cut in cuts)})
    assert all(passes(frames, whole[a:b]) for a, b in pairwise(places))
    assert not passes(frames, frame(PONG))
