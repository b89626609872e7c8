"""`analyze`: run a recorded trace through the core, with no network and no clock.

The same file and protocol give the same lines, byte for byte, and the live service decides the
same for the same readings: both only hand observations and times to an encounter.
"""

from collections.abc import Iterator

from monitor.codecs.contract.analyze_lines import alarm_line, episode_line, rejected_line
from monitor.codecs.contract.wire import Json
from monitor.codecs.trace import TraceRow
from monitor.core.encounter import Encounter
from monitor.core.protocol.protocol import Protocol
from monitor.core.vocabulary.events import AlarmChanged, EpisodeChanged, Event, Judged
from monitor.core.vocabulary.inputs import Dose, Facts, Override
from monitor.core.vocabulary.vitals import Observation

DEVICE = "trace"


def analyze(rows: Iterator[TraceRow], protocol: Protocol, dose_at: float) -> Iterator[Json]:
    """Yield the decisions in order of time. dose_at: seconds from the start of the trace.

    The encounter opens at second 0 of the trace. A gate that refuses the dose is overridden: the
    recorded readings are to be judged, not whether the recording should have been made.
    """
    encounter, events = Encounter.open("trace", Facts(protocol=protocol.id), protocol, 0.0)
    yield from _lines(events)
    dosed, last, number = False, 0.0, 0
    for row in rows:
        if not dosed and row.t_s >= dose_at:
            yield from _lines(_dose(encounter, protocol, dose_at))
            dosed = True
        last = row.t_s
        if not row.values:
            yield from _lines(encounter.advance(row.t_s))
            continue
        number += 1  # a row without a value is no reading, and no number is missing
        observation = Observation(
            issued=row.t_s, effective=row.t_s, device=DEVICE, seq=number, values=row.values,
            rr=row.rr,
        )  # fmt: skip
        yield from _lines(encounter.observe(observation, row.t_s))
    yield from _lines(encounter.advance(last))
    for episode in encounter.state.episodes.standing():
        yield episode_line(episode, last, 0.0)


def _dose(encounter: Encounter, protocol: Protocol, at: float) -> list[Event]:
    override = Override("analyze", "a recording is judged as it is")
    return encounter.dose(
        Dose(at=at, drug="ketamine", route=protocol.route, amount_mg=0.0, by="analyze",
             override=override),
        at,
    )  # fmt: skip


def _lines(events: list[Event]) -> Iterator[Json]:
    for event in events:
        if isinstance(event, AlarmChanged):
            yield alarm_line(event, 0.0)
        elif isinstance(event, Judged) and event.state == "rejected":
            yield rejected_line(event, 0.0)
        elif isinstance(event, EpisodeChanged) and event.change == "ended":
            yield episode_line(event.episode, event.at, 0.0)
