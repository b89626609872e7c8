"""Text instead of bytes never becomes a reading and is named; bytes are never taken for text."""

import base64
import json
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.codecs import Undecodable, decode
from tests.codecs.packets import pressures, rates

LAW: Final = settings(max_examples=100, deadline=None)


def refusal(characteristic: str, payload: bytes) -> str:
    with pytest.raises(Undecodable) as refused:
        decode(f"gatt-{characteristic}", payload, device="d-1", issued=5.0)
    return refused.value.reason


def is_utf8(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


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
    # 194 to 223 before an energy or interval that makes a letter with it: see `test_recoded`.
    assume(payload.isascii() or not is_utf8(payload))
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
    # A line or form feed and three letters may be a real rate: 0A 48 41 42. The texts below are
    # longer.
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


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (b"\x0672", "a number as text"),
        (b"\x00151", "a number as text"),
        (b"\x0672\n", "a number as text"),
        (b"\x04 72", "a number as text"),
        (b"\x0672.5", "a number as text"),
        (b"\x060648", "hexadecimal"),
        (b"\x06H:", "text: publish the bytes"),
        # as if they were intervals of more than 8 s
        (b"\x16150", "a number as text"),
        (b"\x16172,97", "decimal numbers with commas"),
        (b"\x16[72,812]", "a JSON array"),
    ],
)
def test_text_behind_flags_is_named(payload: bytes, name: str) -> None:
    assert name in refusal("2a37", payload)


def test_a_text_as_long_as_a_bm85_packet_is_no_packet() -> None:
    """Base64 may begin with `V`, the flags of a BM85, and 19 letters are as long as its packet."""
    assert "text" in refusal("2a35", b"Vm90IGEgcGFja2V0IQx")
    assert "text" in refusal("2a35", b"VALUE NOT AVAILABLE")
