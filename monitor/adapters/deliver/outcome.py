"""What came of one attempt."""

from msgspec import Struct


class Outcome(Struct, frozen=True):
    """ok: the channel took it; delivered: it is with the receiver; final: never try it again.

    detail   the end of a sentence, without an address
    """

    ok: bool
    detail: str = ""
    delivered: bool = False
    final: bool = False
