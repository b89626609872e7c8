"""The heart rates that a gate uses: each source's newest clean one, and its doubtful ones since.

Two sources that contradict each other make each other doubtful. Neither may open a gate by itself,
and the last clean one must not do so while later readings contradict it.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from monitor.core.quality.rate_doubts import OFF
from monitor.core.state import State
from monitor.core.state.vitals import Newest
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PULSE, VITALS

EXPIRES_S: Final = VITALS[PULSE].freshness.expires_after
_KEPT: Final = 64  # doubtful ones per source


class PresentRate(Struct, frozen=True):
    """A heart rate of one source ("": typed)."""

    value: float
    device: str
    clean: bool = False


def doubt(state: State, device: str, newest: Newest) -> None:
    """Keep a believed but doubtful heart rate, with those that may still matter before it."""
    kept: list[Newest] = [newest]
    low = high = newest.value
    for row in reversed(state.vitals.doubted_rates.get(device, ())):
        if row.received <= newest.received - EXPIRES_S or len(kept) == _KEPT:
            break
        if not low <= row.value <= high:  # else it will never be the lowest or highest again
            kept.append(row)
            low, high = min(low, row.value), max(high, row.value)
    state.vitals.set_doubted_rates(device, kept[::-1])


def present(state: State, now: float) -> tuple[PresentRate, ...]:
    """Return the unexpired heart rates; of the doubtful ones of a source the lowest and highest."""
    found: list[PresentRate] = []
    for device in {**state.vitals.rates, **state.vitals.doubted_rates}:
        clean = state.vitals.rates.get(device)
        since = -float("inf") if clean is None else clean.effective
        if clean is not None and _lasts(clean, now):
            found.append(PresentRate(clean.value, device, clean=True))
        rows = state.vitals.doubted_rates.get(device, ())
        values = [r.value for r in rows if _lasts(r, now) and r.effective >= since]
        if values:
            found += [PresentRate(value, device) for value in sorted({min(values), max(values)})]
    return tuple(found)


def _lasts(newest: Newest, now: float) -> bool:
    return now < newest.received + EXPIRES_S


def against(
    rates: Sequence[PresentRate], lowest: float, highest: float, *, expected: bool
) -> Reason | None:
    """Return the objection to a gate that needs a clean rate in this range; None: no objection.

    A doubtful one may shut the gate, and only a clean one opens it. expected: there must be one
    """
    within = [rate for rate in rates if lowest <= rate.value <= highest]
    beyond = [rate for rate in rates if not lowest <= rate.value <= highest]
    if beyond:
        worst = max(beyond, key=lambda rate: max(lowest - rate.value, rate.value - highest))
        return _contradiction(worst, within) or Reason("rate_is", {"value": worst.value})
    if not expected or any(rate.clean for rate in within):
        return None
    if not within:
        return Reason("rate_absent")
    contradictions = [found for rate in within if (found := _contradiction(rate, within))]
    return contradictions[0] if contradictions else Reason("rate_in_doubt")


def _contradiction(rate: PresentRate, others: Sequence[PresentRate]) -> Reason | None:
    """Return the contradiction with another source, a clean one if there is any; None: none."""
    far = [o for o in others if o.device != rate.device and abs(o.value - rate.value) > OFF]
    if not far:
        return None
    other = next((o for o in far if o.clean), far[0])
    return Reason("rates_apart", {
        "value": rate.value, "device": rate.device, "other_value": other.value,
        "other": other.device,
    })  # fmt: skip
