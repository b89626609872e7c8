"""Technical conditions that time alone raises: steps of priority, and the words for them.

Times after which silence counts: CLINICAL F1. A pressure that is 30 minutes old is no longer
shown, and what is not shown is not watched, so that is an alarm as well.
"""

from typing import Final

from monitor.core.alarms.steps import Step

PROMISES: Final[dict[str, tuple[str, ...]]] = {
    "heart_rate": ("hr",),
    "cuff": ("sbp",),
    "thermometer": ("temp",),
    "gateway": (),
}

NO_DATA: Final[dict[str, tuple[Step, ...]]] = {
    "hr": (Step(30, "low"), Step(120, "medium")),
    "sbp": (Step(1800, "low"),),
    "temp": (Step(1800, "low"),),
}
OFFLINE: Final = (Step(10, "low"), Step(60, "medium"))
OVERDUE: Final = (Step(120, "low"), Step(300, "medium"))
OVERDUE_AT_PEAK: Final = (*OVERDUE, Step(600, "high"))

TAKEN: Final = "The pressure reading that was due is in."

_WATCHED: Final = {"hr": "Heart rate", "sbp": "Blood pressure", "temp": "Temperature"}


def watched_as(vital: str) -> str:
    """The vital sign under which silence of `vital` is noticed: pressures come together."""
    return "sbp" if vital in ("sbp", "dbp", "map") else vital


def before_dose(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Before the dose nobody is at risk yet: low, and no higher."""
    return steps[:1]


NO_DATA_BEFORE_DOSE: Final = {vital: before_dose(steps) for vital, steps in NO_DATA.items()}


def no_data_reason(vital: str, since: str, *, standing: bool) -> str:
    """since: " since 47 min after the dose", or "". How long it is by now the clock says."""
    name = _WATCHED[vital]
    kept = " The alarm on it stands and is not cleared by silence." if standing else ""
    return f"No {name.lower()} comes{since}. {name} is not watched.{kept}"


def data_back_reason(vital: str) -> str:
    return f"{_WATCHED[vital]} comes again."


def unpromised_reason(vital: str, by: str) -> str:
    return f"{_WATCHED[vital]} is not expected: {by} took out the device that measures it."


def offline_reason(device: str, since: str) -> str:
    return f"Device {device} is offline{since}. What it measures is not watched."


def overdue_reason(when: str) -> str:
    """when: "30 min after the dose"."""
    return f"The pressure reading {when} is overdue."
