"""Bytes recoded as text are quarantined with that reason; an intact packet never is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.codecs import Undecodable, decode
from monitor.codecs.formats.bluetooth.recoded import REASON
from monitor.core.vocabulary.vitals import Observation
from tests.codecs.packets import pressures, rates

LAW: Final = settings(max_examples=400, deadline=None)


def read(characteristic: str, payload: bytes) -> list[Observation] | str:
    """Return the observations, or the reason of the refusal."""
    try:
        return decode(f"gatt-{characteristic}", payload, device="d-1", issued=5.0).observations
    except Undecodable as refused:
        return refused.reason


def western(packet: bytes) -> str:
    """Decode as Windows and browsers read Latin-1: 0x96 is a dash; five bytes are undefined."""
    return "".join(
        byte.decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else byte.decode("latin-1")
        for byte in (packet[at : at + 1] for at in range(len(packet)))
    )


RECODINGS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "Latin-1": lambda packet: packet.decode("latin-1").encode(),
    "Windows": lambda packet: western(packet).encode(),
    "DOS": lambda packet: packet.decode("cp437").encode(),
    "replaced": lambda packet: packet.decode(errors="replace").encode(),
    "ASCII, replaced": lambda packet: packet.decode("ascii", "replace").encode(),
    "twice": lambda packet: packet.decode("latin-1").encode().decode("latin-1").encode(),
}
PACKETS: Final = st.tuples(st.just("2a37"), rates()) | st.tuples(
    st.sampled_from(["2a35", "2a36"]), pressures()
)


@pytest.mark.parametrize("recoding", RECODINGS)
@LAW
@given(PACKETS)
def test_recoded_packet_is_set_aside_with_that_cause(
    recoding: str, sent: tuple[str, bytes]
) -> None:
    characteristic, packet = sent
    came = RECODINGS[recoding](packet)
    if came == packet:
        assert isinstance(read(characteristic, came), list)
    else:
        assert read(characteristic, came) == REASON


@LAW
@given(PACKETS)
def test_a_packet_as_it_was_sent_is_none(sent: tuple[str, bytes]) -> None:
    assert isinstance(read(*sent), list)


@pytest.mark.parametrize("recoding", RECODINGS)
@pytest.mark.parametrize(
    "packet",
    [
        "00 {}",
        "06 {}",
        "10 {}",
        "16 {} 90 01",
        "16 {} C8 00 01 01",
        "0A {} 00 00",
        "01 {} 00",
        "18 {} 10 00 90 01",
        "00 {} 00 00",
    ],
)
def test_every_rate_of_128_and_more(packet: str, recoding: str) -> None:
    for rate in range(128, 256):
        payload = bytes.fromhex(packet.format(f"{rate:02X}"))
        assert isinstance(read("2a37", payload), list)
        came = RECODINGS[recoding](payload)
        assert came == payload or read("2a37", came) == REASON


@pytest.mark.parametrize(
    ("characteristic", "written"),
    [
        ("2a37", "00 C2 96"),
        ("2a37", "00 EF BF BD"),
        ("2a37", "16 C2 96 C2 90 01"),
        ("2a37", "16 48 48 03 C3 89 02"),
        ("2a37", "10 C2 96"),
        ("2a37", "00 E2 80 93"),
        # only the pulse 144 is recoded: the one byte too many is not a user
        ("2a35", "04 7E 00 54 00 64 00 C2 90 00"),
        ("2a35", "00 C2 BE 00 72 00 C2 8B 00"),
        ("2a35", "00 EF BF BD 00 72 00 EF BF BD 00"),
        ("2a35", "08 7E 00 54 00 64 00 C3 BF"),
        # a user byte without its flag, and no other high byte
        ("2a35", "14 C2 80 00 50 00 60 00 46 00 01 00 00"),
        # a BM85
        ("2a35", "56 6A 00 47 00 00 00 C3 AA 07 08 0B 12 1F 00 00 3F 00 00 00"),
        ("2a35", "56 6A 00 47 00 00 00 EF BF BD 07 08 0B 12 1F 00 00 3F 00 00 00"),
        ("2a36", "00 C2 96 00 C3 BF 07 C3 BF 07"),
    ],
)
def test_recoded(characteristic: str, written: str) -> None:
    assert read(characteristic, bytes.fromhex(written)) == REASON


@pytest.mark.parametrize(
    ("characteristic", "written"),
    [
        ("2a37", "00 C2"),
        ("2a37", "00 EF"),
        # 194 with an interval or an energy that makes a character with it; exact to the byte
        ("2a37", "10 C2 96 01"),
        ("2a37", "10 C2 96 01 3C 01"),
        ("2a37", "08 C2 96 01"),
        ("2a37", "01 C2 80"),
        ("2a37", "00 C2 00 00"),
        ("2a37", "08 C2 96 01 00 00"),
        # half an interval of a packet that was cut
        ("2a37", "10 C0 96"),
        ("2a37", "10 96 BC"),
        # bytes that no flag announces, after a rate that is the same in any case
        ("2a37", "00 48 01 C2 96"),
        # BM85, pulse 200, user 144
        ("2a35", "54 76 00 50 00 00 00 00 C8 90 00 00"),
        ("2a35", "08 80 00 50 00 60 00 FF"),
    ],
)
def test_not_recoded(characteristic: str, written: str) -> None:
    assert isinstance(read(characteristic, bytes.fromhex(written)), list)


def test_published_packets(payloads: Path) -> None:
    checked = 0
    for vector in json.loads((payloads / "gatt" / "vectors.json").read_text()):
        characteristic, packet = vector["char"].lower(), bytes.fromhex(vector["hex"])
        if characteristic in {"2a35", "2a36", "2a37"} and isinstance(vector["expect"], dict):
            assert isinstance(read(characteristic, packet), list)
            for recode in RECODINGS.values():
                assert recode(packet) == packet or read(characteristic, recode(packet)) == REASON
            checked += 1
    assert checked >= 9
