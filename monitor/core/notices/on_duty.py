"""Contacts on duty for an alarm: those concerned, those reachable, and from when on."""

from collections.abc import Container, Sequence

from monitor.core.state import State
from monitor.core.vocabulary.inputs import Contact


def concerned(state: State) -> list[Contact]:
    """Return all contacts for this session: those for all sessions and its supervisor's own."""
    return [
        c for c in state.escalation.contacts if c.user in ("", state.supervision.supervisor.name)
    ]


def reachable(state: State, at: float) -> list[Contact]:
    """Return the contacts on duty; if none of them can be reached, all contacts that are people.

    A hole in a rota must not keep an alarm back, and neither must a telephone that is off.
    """
    return on_duty(state, concerned(state), at)


def on_duty(
    state: State, everybody: list[Contact], at: float, out: Container[int] = ()
) -> list[Contact]:
    """Return the contacts on duty, and all people if there is a hole in the rota.

    A browser, or the supervisor's own telephone, does not fill a hole: it is another person's turn
    when the supervisor does not answer. out: contacts that declined; they do not fill it either
    """
    hole = not any(within(c.duty, at) for c in _others(state, everybody, out))
    return [c for c in everybody if within(c.duty, at) or (hole and c.person)]


def _others(state: State, everybody: list[Contact], out: Container[int]) -> list[Contact]:
    """Return the people who can be reached and whose turn it can be: they leave no hole."""
    return [
        c
        for c in everybody
        if c.person and not c.user and c.id not in state.escalation.unreached and c.id not in out
    ]


def within(spans: Sequence[tuple[float, float]] | None, at: float) -> bool:
    return spans is None or any(since <= at < until for since, until in spans)


def on_duty_from(
    state: State, everybody: list[Contact], contact: Contact, planned: float, out: Container[int]
) -> float | None:
    """Return from when on, at `planned` or later, the contact can be notified; None: unknown."""
    if contact.duty is None or within(contact.duty, planned):
        return planned
    moments = [since for since, until in contact.duty if planned < since < until]
    if contact.person:
        hole = _hole_from(_others(state, everybody, out), planned)
        moments += [] if hole is None else [hole]
    return min(moments, default=None)


def _hole_from(others: list[Contact], planned: float) -> float | None:
    """Return from when on, at `planned` or later, none of these is on duty; None: never."""
    ends = {planned}
    for contact in others:
        if contact.duty is None:
            return None
        ends.update(until for _, until in contact.duty if until > planned)
    return next((m for m in sorted(ends) if not any(within(c.duty, m) for c in others)), None)
