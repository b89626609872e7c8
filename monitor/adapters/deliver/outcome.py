"""The outcome of one attempt to send a notice."""

from msgspec import Struct

from monitor.core.vocabulary.reasons import NONE, Fact, Reason


class Outcome(Struct, frozen=True):
    """ok: the channel accepted it; delivered: the receiver has it; final: never try it again.

    because   of a failure
    """

    ok: bool
    because: Reason = NONE
    delivered: bool = False
    final: bool = False


def failed(code: str, *, final: bool = False, **facts: Fact) -> Outcome:
    """Return the outcome of a failure, by the code of its sentence and the facts."""
    return Outcome(False, Reason(code, facts), final=final)
