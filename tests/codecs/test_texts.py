"""Text where bytes were wanted: never a reading, and named; bytes never taken for text."""

import base64
import json
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.codecs import Undecodable, decode

LAW: Final = settings(max_examples=100, deadline=None)


def refusal(characteristic: str, payload: bytes) -> str:
    with pytest.raises(Undecodable) as refused:
        decode(f"gatt-{characteristic}", payload, device="d-1", issued=5.0)
    return refused.value.reason


# --- packets as straps and cuffs send them ------------------------------------------------------


@st.composite
def rates(draw: st.DrawFn) -> bytes:
    """0x2A37 of a strap: any flags, intervals good and bad, energy of an afternoon at most."""
    flags = draw(st.integers(0, 0x1F))
    packet = bytes([flags]) + draw(st.integers(0, 255)).to_bytes(2 if flags & 1 else 1, "little")
    if flags & 0x08:
        packet += draw(st.integers(0, 2000)).to_bytes(2, "little")
    if flags & 0x10:
        for interval in draw(st.lists(st.integers(0, 65535), min_size=1, max_size=9)):
            packet += interval.to_bytes(2, "little")
    return packet


def sfloats(low: int, high: int) -> st.SearchStrategy[bytes]:
    """Whole numbers, tenths, or NaN."""
    whole = st.integers(low, high).map(lambda number: number.to_bytes(2, "little"))
    tenths = st.integers(low * 10, min(high * 10, 2045)).map(
        lambda number: (0xF000 | number).to_bytes(2, "little")
    )
    return whole | tenths | st.just(b"\xff\x07")


@st.composite
def pressures(draw: st.DrawFn) -> bytes:
    """0x2A35 of a cuff; sometimes with a user byte that no flag announces, or as a BM85 does."""
    flags = draw(st.integers(0, 0x1F))
    high = 37 if flags & 0x01 else 280
    packet = bytes([flags]) + b"".join(draw(sfloats(0, high)) for _ in range(3))
    if flags & 0x02:
        packet += draw(st.integers(2010, 2036)).to_bytes(2, "little")
        packet += bytes(draw(st.integers(0, most)) for most in (12, 31, 23, 59, 59))
    if flags & 0x04:
        packet += draw(sfloats(0, 204))
    unannounced = draw(st.booleans()) and not flags & 0x08
    if flags & 0x08 or unannounced:
        packet += bytes([draw(st.sampled_from([0, 1, 2, 3, 255]))])
    if flags & 0x10:
        packet += bytes([draw(st.integers(0, 63)), 0])
    if unannounced and draw(st.booleans()):
        packet = bytes([flags | 0x40]) + packet[1:]
    return packet


PACKETS: Final = st.tuples(st.just("2a37"), rates()) | st.tuples(
    st.sampled_from(["2a35", "2a36"]), pressures()
)


@LAW
@given(rates())
def test_a_real_rate_is_read(packet: bytes) -> None:
    (observation,) = decode("gatt-2a37", packet, device="d-1", issued=5.0).observations
    rate = int.from_bytes(packet[1:3], "little") if packet[0] & 1 else packet[1]
    assert observation.values == {"hr": rate}


@LAW
@given(rates(), st.integers(1, 4))
def test_a_real_rate_is_read_behind_padding_too(packet: bytes, padding: int) -> None:
    payload = packet + bytes(padding)
    (observation,) = decode("gatt-2a37", payload, device="d-1", issued=5.0).observations
    rate = int.from_bytes(packet[1:3], "little") if packet[0] & 1 else packet[1]
    assert observation.values == {"hr": rate}


@LAW
@given(pressures())
def test_a_real_pressure_is_read(packet: bytes) -> None:
    for characteristic in ("2a35", "2a36"):
        decoded = decode(f"gatt-{characteristic}", packet, device="d-1", issued=5.0)
        (observation,) = decoded.observations
        assert observation.measuring is (characteristic == "2a36")
        assert observation.record is (characteristic == "2a35")


# --- the same as text ---------------------------------------------------------------------------

SPELLINGS: Final[dict[str, tuple[Callable[[bytes], str], str]]] = {
    "hexadecimal": (bytes.hex, "hexadecimal"),
    "capitals": (lambda packet: packet.hex().upper(), "hexadecimal"),
    "0x": (lambda packet: "0x" + packet.hex(), "hexadecimal"),
    "pairs": (lambda packet: packet.hex(" "), "hexadecimal"),
    "colons": (lambda packet: packet.hex(":").upper(), "hexadecimal"),
    "dashes": (lambda packet: packet.hex("-"), "hexadecimal"),
    "each 0x": (lambda packet: " ".join(f"0x{byte:02X}" for byte in packet), "hexadecimal"),
    "C": (lambda packet: "{" + ", ".join(f"0x{b:02x}" for b in packet) + "}", "hexadecimal"),
    "escaped": (lambda packet: "".join(f"\\x{b:02x}" for b in packet), "hexadecimal"),
    "NSData": (lambda packet: f"<{packet.hex()}>", "hexadecimal"),
    "quoted": (lambda packet: f'"{packet.hex()}"', "hexadecimal"),
    "base64": (lambda packet: base64.b64encode(packet).decode(), "base64"),
    "base64url": (
        lambda packet: base64.urlsafe_b64encode(packet).decode().rstrip("="), "base64",
    ),
    "commas": (lambda packet: ",".join(map(str, packet)), "decimal numbers with commas"),
    "commas, spaces": (lambda packet: ", ".join(map(str, packet)), "decimal numbers with commas"),
    "signed": (
        lambda packet: ",".join(str(b - 256 if b > 127 else b) for b in packet),
        "decimal numbers with commas",
    ),
    "JSON array": (lambda packet: json.dumps(list(packet)), "JSON array"),
    "JSON": (lambda packet: json.dumps({"value": packet.hex()}), "JSON text"),
    "Python": (repr, "Python"),
    "bytearray": (lambda packet: repr(bytearray(packet)), "Python"),
}  # fmt: skip

AROUND: Final = st.sampled_from(["", "", "\n", "\t", " ", "\r\n", "\f", "\v", "\n\n  "])
ENCODINGS: Final = st.sampled_from(
    ["ascii", "ascii", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-be", "utf-32"]
)


@pytest.mark.parametrize("spelling", SPELLINGS)
@LAW
@given(PACKETS, AROUND, AROUND, ENCODINGS)
def test_text_of_a_packet_is_named(
    spelling: str, packet: tuple[str, bytes], before: str, after: str, encoding: str
) -> None:
    spell, name = SPELLINGS[spelling]
    characteristic, data = packet
    text = before + spell(data) + after
    reason = refusal(characteristic, text.encode(encoding))
    assert name in reason
    assert "publish the bytes" in reason


PRINTABLE: Final = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=3, max_size=40
)


@LAW
@given(st.sampled_from(["2a37", "2a35", "2a36"]), PRINTABLE, AROUND, AROUND, ENCODINGS)
def test_no_text_at_all_becomes_a_reading(
    characteristic: str, text: str, before: str, after: str, encoding: str
) -> None:
    # A line or form feed and three letters may be a real rate: 0A 48 41 42. Below they are more.
    payload = (before + text + "." + after).encode(encoding)
    assert refusal(characteristic, payload)


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (b"0696", "hexadecimal"),
        (b"\n0696", "hexadecimal"),
        (b"\t0696", "hexadecimal"),
        (b"0696\0", "hexadecimal"),
        (b"\x020696\x03", "hexadecimal"),
        (b"\x040696", "hexadecimal"),
        (b"\x000696", "hexadecimal"),
        (b"\x06unavailable", "text: publish the bytes"),
        (b"\x121658BC02AE02BC02AE", "hexadecimal"),
        (b"\x00\x040696", "hexadecimal"),
        (b"6:96", "hexadecimal"),
        (b"(0x) 06-96", "hexadecimal"),
        (b"06h 96h", "hexadecimal"),
        (b"6 150", "decimal numbers with spaces"),
        (b"16 88 188 2", "decimal numbers with spaces"),
        (b"16 58 BC 02", "hexadecimal"),
        (b"16 58 10 02", "hexadecimal"),
        (b"\\x06H", "escaped bytes"),
        (b"150", "a number as text"),
        (b"\n150", "a number as text"),
        (b"72.5", "a number as text"),
        (b'{"hr": 72}', "JSON text"),
        (b"unavailable", "text: publish the bytes"),
        (b"Disabled", "text: publish the bytes"),
        (b"\nunknown", "text: publish the bytes"),
        ("\u00b5 gr\u00fc\u00dfe".encode(), "text: publish the bytes"),
    ],
)
@pytest.mark.parametrize("characteristic", ["2a37", "2a35", "2a36"])
def test_text_is_named(characteristic: str, payload: bytes, name: str) -> None:
    assert name in refusal(characteristic, payload)


def test_a_text_as_long_as_a_bm85_packet_is_no_packet() -> None:
    """`V` has the flags of a BM85: base64 of one begins with it, and 19 letters are its length."""
    assert "text" in refusal("2a35", b"Vm90IGEgcGFja2V0IQx")
    assert "text" in refusal("2a35", b"VALUE NOT AVAILABLE")
