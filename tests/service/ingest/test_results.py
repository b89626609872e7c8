"""The results of readings, as the operator counts them: made by the core, counted after commits."""

from collections.abc import Sequence
from typing import Final

import pytest
from prometheus_client import CollectorRegistry

from monitor.core.vocabulary.events import AlarmChanged, Event
from monitor.service.ingest.results import RESULTS, Result, ResultCounts, moved, result_of
from tests.core.course import Course

BEYOND: Final = 300.0  # no heart beats so fast


def sent(values: dict[str, float], *, failed: tuple[str, ...] = (), times: int = 1) -> list[Event]:
    """Return the events of a reading; times: it is delivered so often, and the last one counts."""
    course = Course()
    events = course.observe(5, "cuff", values, failed=failed)
    for _ in range(times - 1):
        events = course.again(6, "cuff")
    return events


@pytest.mark.parametrize(("events", "result"), [
    (sent({"hr": 70.0}), "stored"),
    (sent({"hr": BEYOND}), "rejected"),
    (sent({"hr": BEYOND, "temp": 36.6}), "stored"),
    (sent({"temp": 36.6, "hr": BEYOND}), "stored"),
    (sent({"hr": BEYOND, "temp": 90.0}), "rejected"),
    (sent({}, failed=("sbp", "dbp")), "stored"),
    (sent({"hr": 70.0}, times=2), "duplicate"),
    (sent({"hr": BEYOND}, times=2), "duplicate"),
    ([], "stored"),
])  # fmt: skip
def test_a_reading_is_stored_unless_it_came_before_or_nothing_of_it_is_believable(
    events: Sequence[Event], result: Result
) -> None:
    assert result_of(events) == result


def test_the_transitions_of_alarms_are_counted_among_all_events() -> None:
    course = Course()
    course.dose(1)
    both = course.bp(60, 214.0, 128.0)
    raised = [e.alarm.condition for e in both if isinstance(e, AlarmChanged)]
    assert {"sbp_high", "dbp_high"} <= set(raised)
    assert moved(both) == len(raised)
    course.hr(61, 70.0)
    assert moved(course.hr(62, 71.0)) == moved([]) == 0


def test_the_results_of_a_commit_are_added_each_under_its_own_name() -> None:
    registry = CollectorRegistry()
    counts = ResultCounts(registry)
    counts.add(["stored", "duplicate", "stored"])
    counts.add([])
    counts.add(["quarantined"] * 3)

    def counted(result: Result) -> float | None:
        return registry.get_sample_value("dosing_monitor_observations_total", {"result": result})

    assert {result: counted(result) for result in RESULTS} == {
        "stored": 2, "rejected": 0, "duplicate": 1, "quarantined": 3,
    }  # fmt: skip
