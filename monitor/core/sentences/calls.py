"""What happens to an alarm's signal: who acknowledged it, that it is still there, that it flaps.

Each of these reasons contains the reason of the alarm itself, as the fact `reason`.
"""

from typing import Final

from msgspec.structs import replace

from monitor.core.sentences.languages import table
from monitor.core.vocabulary.reasons import Reason

_BY_PERSONS: Final = ("acknowledged", "still_there")
_FLAPS: Final = "comes_and_goes"


def bare(reason: Reason) -> Reason:
    """Return the reason without who acknowledged the alarm, this time or an earlier one."""
    inner = reason.facts.get("reason")
    if type(inner) is not Reason:
        return reason
    if reason.code in _BY_PERSONS:
        return bare(inner)
    if reason.code == _FLAPS and (without := bare(inner)) is not inner:
        return replace(reason, facts=reason.facts | {"reason": without})
    return reason


def instead(reason: Reason, other: Reason) -> Reason:
    """Return `other`, with who acknowledged the alarm as `reason` has it."""
    reason = steady(reason)
    inner = reason.facts.get("reason")
    if reason.code not in _BY_PERSONS or type(inner) is not Reason:
        return other
    return replace(reason, facts=reason.facts | {"reason": instead(inner, other)})


def steady(reason: Reason) -> Reason:
    """Return the reason without the remark that the alarm comes and goes."""
    inner = reason.facts.get("reason")
    return inner if reason.code == _FLAPS and type(inner) is Reason else reason


def flapping(reason: Reason, stays_s: float) -> Reason:
    """Return the reason with the remark, once."""
    if reason.code == _FLAPS:
        return reason
    return Reason(_FLAPS, {"reason": reason, "minutes": stays_s / 60})


# --- in English -----------------------------------------------------------------------------------


def acknowledged(by: str, reason: str) -> str:
    return f"Acknowledged by {by}. {reason}"


def still_there(by: str, reason: str) -> str:
    return f"Still there 10 min after {by} acknowledged it. {reason}"


def comes_and_goes(reason: str, minutes: float) -> str:
    return f"{reason} It comes and goes: it stays on until it was gone for {minutes:g} min."


def came_and_went(reason: str, times: int, within: float, minutes: float) -> str:
    """within, minutes: min."""
    return (
        f"{reason} It came {times} times or more within {within:g} min, so it stayed on for "
        f"{minutes:g} min after that."
    )


def data_lost(reason: str) -> str:
    return f"{reason} Data lost: it stands, and nothing is seen of it now."


SENTENCES: Final = table(acknowledged, still_there, comes_and_goes, came_and_went, data_lost)
