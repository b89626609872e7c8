"""Packets as straps and cuffs send them, for property tests over all of them."""

from typing import Final

from hypothesis import strategies as st

from monitor.codecs.formats.bluetooth.texts import printable

# Between beats, a gap while the strap was off, and the value for "more than that". No strap was
# ever seen to report 32 s or more in another way, and no session uses up 2 MJ. Values of 8 to 32 s
# that may be two letters are left out: `test_texts` covers them.
INTERVALS: Final = (
    st.integers(150, 3100)
    | st.integers(0, 0x7FFF).filter(lambda n: n < 0x2000 or not printable(n.to_bytes(2)))
    | st.just(0xFFFF)
)
ENERGY: Final = st.integers(0, 2000)


@st.composite
def rates(draw: st.DrawFn) -> bytes:
    """0x2A37 of a strap: any flags, intervals good and bad, energy of an afternoon at most."""
    flags = draw(st.integers(0, 0x1F))
    packet = bytes([flags]) + draw(st.integers(0, 255)).to_bytes(2 if flags & 1 else 1, "little")
    if flags & 0x08:
        packet += draw(ENERGY).to_bytes(2, "little")
    if flags & 0x10:
        for interval in draw(st.lists(INTERVALS, min_size=1, max_size=9)):
            packet += interval.to_bytes(2, "little")
    return packet


def sfloats(low: int, high: int) -> st.SearchStrategy[bytes]:
    """Whole numbers, tenths, NaN, and, in a range low enough for kPa, hundredths."""

    def places(count: int) -> st.SearchStrategy[bytes]:
        most = min(high * 10**count, 2045)
        return st.integers(low * 10**count, most).map(
            lambda number: (-count % 16 << 12 | number).to_bytes(2, "little")
        )

    some = places(0) | places(1) | st.just(b"\xff\x07")
    return some | places(2) if high < 100 else some


@st.composite
def pressures(draw: st.DrawFn) -> bytes:
    """0x2A35 of a cuff; sometimes with a user byte that no flag announces, or in BM85 order."""
    flags = draw(st.integers(0, 0x1F))
    high = 37 if flags & 0x01 else 280
    unannounced = not flags & 0x08 and draw(st.booleans())
    swapped = unannounced and draw(st.booleans())
    packet = bytes([flags | 0x40 if swapped else flags])
    packet += b"".join(draw(sfloats(0, high)) for _ in range(3))
    if flags & 0x02:
        packet += draw(st.integers(1970, 2036) | st.just(0)).to_bytes(2, "little")
        packet += bytes(draw(st.integers(0, most)) for most in (12, 31, 23, 59, 59))
    if flags & 0x04:
        pulse = draw(sfloats(0, 204))
        packet += pulse[::-1] if swapped else pulse
    if flags & 0x08:
        packet += bytes([draw(st.sampled_from([0, 1, 2, 255]) | st.integers(0, 255))])
    if unannounced:  # user 33 was never seen: with low pressures that is UTF-16
        packet += bytes([draw(st.integers(0, 8) | st.integers(128, 255))])
    if flags & 0x10:
        packet += draw(st.integers(0, 63)).to_bytes(2, "big" if swapped else "little")
    return packet
