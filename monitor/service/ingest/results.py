"""Count the results of readings for the operator, once their commit is on disk and not before.

A reading is one object of a payload, with any number of vital signs. A message that could not be
read counts as one.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, get_args

from prometheus_client import CollectorRegistry, Counter

from monitor.core.vocabulary.events import AlarmChanged, Duplicate, Event, Judged

Result = Literal["stored", "rejected", "duplicate", "quarantined"]
RESULTS: Final[tuple[Result, ...]] = get_args(Result)


def result_of(events: Sequence[Event]) -> Result:
    """Return the result of a reading. `rejected`: no value was believable. Late and suspect ones
    are stored."""
    rejected = False
    for event in events:
        if isinstance(event, Duplicate):
            return "duplicate"
        if isinstance(event, Judged):
            if event.state != "rejected":
                return "stored"
            rejected = True
    return "rejected" if rejected else "stored"


def moved(events: Sequence[Event]) -> int:
    """Return how many of the events are transitions of alarms."""
    if len(events) == 1 and type(events[0]) is Judged:  # nearly always
        return 0
    return sum(type(event) is AlarmChanged for event in events)


class ResultCounts:
    def __init__(self, registry: CollectorRegistry) -> None:
        counter = Counter(
            "dosing_monitor_observations", "Readings, once their commit is on disk",
            ["result"], registry=registry,
        )  # fmt: skip
        self._by_result = {result: counter.labels(result) for result in RESULTS}

    def add(self, results: Iterable[Result]) -> None:
        """Add the results of one commit together: a counter's lock costs time on the hot path."""
        found: dict[Result, int] = {}
        for result in results:
            found[result] = found.get(result, 0) + 1
        for result, number in found.items():
            self._by_result[result].inc(number)
