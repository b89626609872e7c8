"""Cuffs that do not keep to the layout of 0x2A35, one row each, and how they are recognised.

A row applies because of the packet (bits of its flags and its exact length), or because of the
model that was entered for the device; the model also serves if the packet shows no difference.

A user byte that no flag announces is read unchanged. 0 is a user there: the cuff of the first row
calls its two users 0 and 1, and if 0 meant no user, only the second one could be named. 255 is no
user, as the characteristic's definition has it ("Unknown User").
"""

from typing import Final

from msgspec import Struct

from monitor.codecs.formats.bluetooth.announced import RESERVED, USER


class Quirk(Struct, frozen=True):
    """One way of sending 0x2A35 that its definition does not have.

    source       where it was seen, for people
    models       folded names that select it, without the brand; may be empty
    mask, value  it is recognised by flags & mask == value, in a packet that is longer than its
                 flags announce by exactly one byte: a user byte, after the pulse
    swapped      pulse and status are big-endian
    """

    name: str
    source: str
    brand: str
    models: tuple[str, ...]
    mask: int
    value: int
    swapped: bool


class Layout(Struct, frozen=True):
    """The layout after the time stamp. user: there is a user byte, announced or not."""

    user: bool
    swapped: bool = False


QUIRKS: Final = (
    Quirk(
        name="Beurer BM85",
        source="recorded packets: github.com/derdilla/blood-pressure-monitor-fl, pulls 735 and 737",
        brand="beurer",
        models=("bm85",),
        mask=RESERVED,
        value=0x40,
        swapped=True,
    ),
    Quirk(
        name="user byte without its flag",
        source="the same packets, less the reserved bit and the byte order",
        brand="",
        models=(),
        mask=RESERVED | USER,
        value=0,
        swapped=False,
    ),
)

# Names that may be entered as a device's model; others are kept and have no effect.
MODELS: Final = tuple(quirk.name for quirk in QUIRKS if quirk.models)


def layout(flags: int, surplus: int, model: str) -> Layout | None:
    """Return a packet's layout after its time stamp; None: reserved bits that no row explains.

    surplus: bytes that it has beyond those that its flags announce, 0 or more
    """
    more = surplus == 1 and not flags & USER
    announced = bool(flags & USER)
    for quirk in QUIRKS:
        if _named(quirk, model) and flags & RESERVED in (0, quirk.value & RESERVED):
            return Layout(announced or more, quirk.swapped)
    for quirk in QUIRKS:
        if more and flags & quirk.mask == quirk.value:
            return Layout(True, quirk.swapped)
    return None if flags & RESERVED else Layout(announced)


def _named(quirk: Quirk, model: str) -> bool:
    """Does this model name mean this row? For example `Beurer BM 85`, `bm-85`."""
    if not model:
        return False
    folded = "".join(filter(str.isalnum, model)).lower()
    return folded.removeprefix(quirk.brand) in quirk.models
