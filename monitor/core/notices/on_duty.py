"""Who is on duty for an alarm: whom it concerns, who can be reached, and from when on."""

from collections.abc import Container, Sequence

from monitor.core.state import State
from monitor.core.vocabulary.inputs import Contact


def concerned(state: State) -> list[Contact]:
    """All who can be told of this session: everybody's contacts, and its supervisor's own."""
    return [c for c in state.contacts if c.user in ("", state.supervisor.name)]


def reachable(state: State, at: float) -> list[Contact]:
    """Those on duty. When nobody is, or none of them can be told, everybody: a hole in a rota must
    not keep an alarm back, and neither must a telephone that is off."""
    return on_duty(state, concerned(state), at)


def on_duty(
    state: State, everybody: list[Contact], at: float, out: Container[int] = ()
) -> list[Contact]:
    """A browser, or a telephone of the supervisor's own, fills no hole: it is somebody else's turn
    when the supervisor does not answer. out: those who cannot take it up fill none either."""
    others = [
        c
        for c in everybody
        if c.person and not c.user and c.id not in state.unreached and c.id not in out
    ]
    hole = not any(within(c.duty, at) for c in others)
    return [c for c in everybody if within(c.duty, at) or (hole and c.person)]


def within(spans: Sequence[tuple[float, float]] | None, at: float) -> bool:
    return spans is None or any(since <= at < until for since, until in spans)


def on_duty_from(
    state: State, everybody: list[Contact], contact: Contact, planned: float, out: Container[int]
) -> float | None:
    """The first moment from then on at which this contact is one to tell; None: none is known."""
    if within(contact.duty, planned):
        return planned
    edges = {edge for c in everybody for span in c.duty or () for edge in span if edge > planned}
    for moment in (planned, *sorted(edges)):
        if contact in on_duty(state, everybody, moment, out):
            return moment
    return None
