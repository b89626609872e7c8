"""The length that flags announce, and which bytes can be a measurement at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.codecs.formats.bluetooth.announced import (
    like_a_packet,
    pressure_length,
    rate_length,
)
from tests.codecs.packets import pressures, rates


@pytest.mark.parametrize(
    ("flags", "length"),
    [
        (0x00, 2),
        (0x01, 3),  # a rate of 16 bits
        (0x06, 2),  # skin contact is a bit, and no byte
        (0x08, 4),  # energy
        (0x10, 2),  # the intervals come after
        (0x1F, 5),
    ],
)
def test_bytes_of_a_heart_rate_before_its_intervals(flags: int, length: int) -> None:
    assert rate_length(flags) == length


@pytest.mark.parametrize(
    ("flags", "length"),
    [
        (0x00, 7),
        (0x01, 7),  # kPa are as long as mmHg
        (0x02, 14),  # a date of 7 bytes
        (0x04, 9),  # a pulse
        (0x08, 8),  # a user
        (0x10, 9),  # the status
        (0x1E, 19),
        (0x1F, 19),
    ],
)
def test_bytes_of_a_pressure(flags: int, length: int) -> None:
    assert pressure_length(flags) == length


@settings(max_examples=200, deadline=None)
@given(rates() | pressures())
def test_all_that_straps_and_cuffs_send_is_like_a_packet(packet: bytes) -> None:
    assert like_a_packet(packet)


@pytest.mark.parametrize(
    ("written", "like"),
    [
        ("", False),
        ("00", False),
        ("00 48", True),
        ("00 48 00", False),  # a byte more, and no intervals announced
        ("00 48 00 00", False),
        ("10 48", True),  # intervals announced, and none came
        ("10 48 BC", False),  # half an interval
        ("10 48 BC 02", True),
        ("18 48", False),  # no energy
        ("18 48 01", False),  # half the energy, and no interval
        ("20 48", False),
        ("40 48", False),
        ("80 48", False),
        ("00 80 00 50 00 60 00", True),
        ("00 80 00 50 00 60 00 01", True),  # a user that no flag announces
        ("00 80 00 50 00 60 00 01 02", False),
        ("00 80 00 50 00 60", False),
        ("40 80 00 50 00 60 00", True),  # the bit of a cuff that swaps bytes
        ("20 80 00 50 00 60 00", False),
        ("60 80 00 50 00 60 00", False),
        ("80 80 00 50 00 60 00", False),
    ],
)
def test_like_a_packet_by_flags_and_length(written: str, like: bool) -> None:
    assert like_a_packet(bytes.fromhex(written)) is like


@given(st.text("0123456789 .,-", max_size=12))
def test_a_number_as_text_is_no_packet(text: str) -> None:
    assert not like_a_packet(text.encode())
