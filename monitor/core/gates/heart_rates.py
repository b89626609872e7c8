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
from monitor.core.vocabulary.vitals import PULSE, VITALS

EXPIRES_S: Final = VITALS[PULSE].freshness.expires_after
_KEPT: Final = 64  # doubtful ones per source


class PresentRate(Struct, frozen=True):
    """A heart rate of one source ("": typed)."""

    value: float
    device: str
    clean: bool = False

    def __str__(self) -> str:
        return f"{self.value:g} ({self.device or 'typed'})"


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


def against(rates: Sequence[PresentRate], lowest: float, highest: float, *, expected: bool) -> str:
    """Return the objection to a gate that needs a clean rate in this range; "": no objection.

    A doubtful one may shut the gate, and only a clean one opens it. expected: there must be one
    """
    within = [rate for rate in rates if lowest <= rate.value <= highest]
    beyond = [rate for rate in rates if not lowest <= rate.value <= highest]
    if beyond:
        worst = max(beyond, key=lambda rate: max(lowest - rate.value, rate.value - highest))
        return _contradiction(worst, within) or f"{worst.value:g}"
    if not expected or any(rate.clean for rate in within):
        return ""
    if not within:
        return "none"
    contradictions = [said for rate in within if (said := _contradiction(rate, within))]
    return contradictions[0] if contradictions else "none that is beyond doubt"


def _contradiction(rate: PresentRate, others: Sequence[PresentRate]) -> str:
    """Describe the contradiction with another source, a clean one if there is any; "": none."""
    far = [o for o in others if o.device != rate.device and abs(o.value - rate.value) > OFF]
    if not far:
        return ""
    other = next((o for o in far if o.clean), far[0])
    return f"{rate} and {other} contradict each other"
