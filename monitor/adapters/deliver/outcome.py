"""The outcome of one attempt to send a notice."""

from msgspec import Struct


class Outcome(Struct, frozen=True):
    """ok: the channel accepted it; delivered: the receiver has it; final: never try it again.

    detail   the end of a sentence, without an address
    """

    ok: bool
    detail: str = ""
    delivered: bool = False
    final: bool = False
