"""Hold a technical condition: the shared functions that raise alarms about equipment."""

from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step, before_dose
from monitor.core.state import State
from monitor.core.state.devices import SensorTrouble
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.reasons import Reason


def hold_since(
    state: State, condition: str, step: Step, since: float, at: float, because: Reason,
    *, vital: str | None = None, device: str | None = None,
) -> list[Event]:  # fmt: skip
    """Hold a technical condition of one vital sign or one device since `since`."""
    key = f"{condition}:{vital or device}"
    return hold(state, key, condition, step, since, at, because, vital=vital, device=device)


def hold(  # noqa: PLR0913 - what an alarm is made of
    state: State, key: str, condition: str, step: Step, since: float, at: float, because: Reason,
    *, vital: str | None = None, device: str | None = None,
) -> list[Event]:  # fmt: skip
    """Hold a technical condition at the priority of `step`."""
    finding = Finding(priority=step.priority, onset=since, because=because)
    changes = state.alarms.hold(
        key, condition, "technical", finding, at, vital=vital, device=device
    )
    return [*changes]


def hold_trouble(state: State, key: str, trouble: SensorTrouble, at: float) -> list[Event]:
    """Hold the alarm of a sensor's trouble at the priority reached; low before the dose."""
    condition, device, vital = key.split("|")
    assert trouble.reached is not None
    step = Step(0.0, trouble.reached if state.session.doses else "low")
    name = trouble_key(key)
    return hold(
        state,
        name,
        condition,
        step,
        trouble.since,
        at,
        trouble.because,
        vital=vital,
        device=device,
    )


def trouble_key(key: str) -> str:
    return key.replace("|", ":")


def in_this_phase(state: State, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return steps if state.session.doses else before_dose(steps)
