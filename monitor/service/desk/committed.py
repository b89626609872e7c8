"""Wait until an act is on disk; a refusal of the store becomes a sentence for a person."""

from collections.abc import Awaitable
from typing import TypeVar

from monitor.adapters.http.errors import Conflict, Invalid
from monitor.adapters.http.waiting import written
from monitor.adapters.store import Deactivated, DeviceBusy, Missing
from monitor.core.vocabulary.reasons import Reason

T = TypeVar("T")


async def committed(act: Awaitable[T]) -> T:
    """Wait as `written` does. Raise `Conflict` or `Invalid` for a refusal of the store."""
    try:
        return await written(act)
    except DeviceBusy as busy:
        raise Conflict(Reason("device_serves_another", {"device": busy.device})) from None
    except Deactivated as gone:
        raise Conflict(gone.because) from None
    except Missing as missing:
        raise Invalid(missing.kind, missing.because) from None
