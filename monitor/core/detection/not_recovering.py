"""`not_recovering`: the peak window has ended, and the pressure does not come down.

After ketamine pressures are back near the baseline within one and a half to two hours (Doherty
2020, doi 10.1007/s40263-020-00699-4; Szarmach 2020). From the end of the protocol's peak window on,
readings that stay a fifth above the baseline for ten minutes raise an alarm, medium once the
recovery phase should have ended. It does not depend on a limit: 150 may be no crisis and still be
unexpected.
"""

from typing import Final

from monitor.core.alarms.signal import Finding
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.words import Priority

ABOVE: Final = 0.20  # as a sedation score counts it (after Aldrete)
APART_S: Final = 600.0
_PERCENT: Final = round(100 * ABOVE)
_KEY: Final = "not_recovering"


def judge(state: State, now: float) -> list[Event]:
    """Judge the pressures after a new one was taken."""
    dosed = state.session.last_dose_at
    known = "sbp" in state.baseline.values and "dbp" in state.baseline.values
    pressures = state.cuffs.proven
    if dosed is None or not known or not pressures:
        return []
    newest = pressures[-1]
    if _KEY in state.alarms.standing and newest.whole and not _above(state, newest):
        why = Reason("recovered", {"sbp": newest.sbp, "dbp": newest.dbp, "percent": _PERCENT})
        return [*state.alarms.release(_KEY, now, why)]
    run = _run(state, dosed + 60 * state.session.protocol.peak_until)
    if not run or newest.effective - run[0].effective < APART_S:
        return []
    return _hold(state, run, dosed, now)


def _run(state: State, since: float) -> list[Pressure]:
    """Return the newest unbroken run of readings above, from `since` on; oldest first."""
    run: list[Pressure] = []
    for reading in reversed(state.cuffs.proven):
        if reading.effective < since or not _above(state, reading):
            break
        run.insert(0, reading)
    return run


def _hold(state: State, run: list[Pressure], dosed: float, now: float) -> list[Event]:
    over = run[-1].effective >= dosed + 60 * state.session.protocol.recovery_until
    priority: Priority = "medium" if over else "low"
    standing = state.alarms.standing.get(_KEY)
    if standing is not None and standing.priority == "medium":
        priority = "medium"
    because = Reason("not_recovering", {
        "sbp": run[-1].sbp, "dbp": run[-1].dbp, "percent": _PERCENT,
        "base_sbp": state.baseline.values["sbp"].value,
        "base_dbp": state.baseline.values["dbp"].value,
        "minutes": (run[-1].effective - run[0].effective) / 60,
        "when": minutes.when(state.session.doses, run[-1].effective),
    })  # fmt: skip
    limit = state.baseline.values["sbp"].value * (1 + ABOVE)
    finding = Finding(
        priority=priority, onset=run[0].effective, because=because, value=run[-1].sbp,
        limit=round(limit, 1), source=Reason("of_recovery"),
    )  # fmt: skip
    changes = state.alarms.hold(_KEY, _KEY, "physiological", finding, now, vital="sbp")
    return [*changes]


def _above(state: State, reading: Pressure) -> bool:
    return any(
        value is not None and value > state.baseline.values[vital].value * (1 + ABOVE)
        for vital, value in (("sbp", reading.sbp), ("dbp", reading.dbp))
    )
