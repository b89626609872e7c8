"""Cuffs that do not keep to the layout of 0x2A35, one row each, and how they are told.

A row is taken by what the packet shows (bits of its flags and its exact length), or by the model
that somebody wrote down for the device; the model also serves where the packet shows nothing.

A user byte that no flag announces is read as it is. 0 is a user there: the cuff of the first row
calls its two users 0 and 1, so that taking 0 for nobody would leave the second one nameable only.
255 is nobody, as the characteristic's definition has it ("Unknown User").
"""

from typing import Final

from msgspec import Struct

from monitor.codecs.formats.bluetooth.announced import RESERVED, USER


class Quirk(Struct, frozen=True):
    """One way of sending 0x2A35 that its definition does not know.

    source       where it was seen, for people
    models       folded names that pick it, without the brand; may be empty
    mask, value  it is told by flags & mask == value, in a packet that is longer than its flags
                 announce by exactly one byte: a user byte, after the pulse
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
    """What follows the time stamp. user: a user byte is there, announced or not."""

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

# What may be written down as a device's model; others are kept and change nothing.
MODELS: Final = tuple(quirk.name for quirk in QUIRKS if quirk.models)


def layout(flags: int, surplus: int, model: str) -> Layout | None:
    """How a packet goes on after its time stamp; None: reserved bits that no row explains.

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
    """Whether a name means this row: `Beurer BM 85`, `bm-85`."""
    if not model:
        return False
    folded = "".join(filter(str.isalnum, model)).lower()
    return folded.removeprefix(quirk.brand) in quirk.models
