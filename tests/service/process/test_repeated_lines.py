"""Lines that repeat: the first is written, the others are counted, and no count is lost."""

import pytest

from monitor.service.process.repeated_lines import LINES, MOST, WITHIN_S, Line, Repeats


class Log:
    """A log with a clock that is passed in. written: each line, and the counts between them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.written: list[Line] = []
        self.repeats = Repeats(lambda: self.now, self.written.append)

    def say(self, event: str, level: str = "warning", **more: object) -> None:
        line: Line = {"event": event, "level": level, **more}
        if self.repeats.passes(line):
            self.written.append(line)


def test_a_line_that_repeats_is_written_at_once_and_then_counted() -> None:
    log = Log()
    for n in range(1000):
        log.now = n / 100
        log.say("clock_tick_unreadable")
    first: Line = {"event": "clock_tick_unreadable", "level": "warning"}
    assert log.written == [first]
    log.now = WITHIN_S
    log.repeats.settle()
    log.repeats.settle()
    assert log.written == [first, {**first, "again": 999, "within_s": WITHIN_S}]
    log.say("clock_tick_unreadable")
    log.repeats.end()
    assert log.written[2:] == [first], (
        "a new one is a first one, and one that was alone has no count"
    )


@pytest.mark.parametrize("level", ["error", "critical"])
def test_errors_that_differ_are_all_written_whatever_else_is(level: str) -> None:
    log = Log()
    for n in range(10 * LINES):
        log.say("noise", device="d")
        log.say("entry_refused", level, encounter="e1", reason=f"no {n}")
    reasons = [line["reason"] for line in log.written if line["event"] == "entry_refused"]
    assert reasons == [f"no {n}" for n in range(10 * LINES)]


def test_lines_of_one_device_that_differ_are_counted_beyond_a_few_and_cost_no_other_device() -> (
    None
):
    log = Log()
    for n in range(500):
        log.say("readings_lost", device="loud", first=n)
    log.say("readings_lost", device="quiet", first=1)
    log.repeats.end()
    loud = [line for line in log.written if line["device"] == "loud"]
    assert [line["first"] for line in loud[:-1]] == list(range(LINES))
    assert loud[-1]["different"] == 500 - LINES
    assert log.written.count({"event": "readings_lost", "level": "warning", "device": "quiet",
                              "first": 1}) == 1  # fmt: skip


def test_what_is_remembered_is_bounded_and_no_count_is_lost_by_that() -> None:
    log = Log()
    log.say("first", "error")
    log.say("first", "error")
    for n in range(3 * MOST):
        log.say("entry_refused", "error", reason=f"no {n}")
        assert len(log.repeats._seen) <= MOST
    assert {"event": "first", "level": "error", "again": 1, "within_s": WITHIN_S} in log.written


def test_a_critical_line_is_never_held_back() -> None:
    log = Log()
    for _ in range(3 * LINES):
        log.say("claim_lost", "critical")
    assert len(log.written) == 3 * LINES


def test_the_time_of_a_count_begins_with_the_first_line_and_ends_after_it() -> None:
    log = Log()
    log.say("noise", device="d")
    log.now = WITHIN_S - 0.01
    log.say("noise", device="d")
    assert len(log.written) == 1
    log.now = WITHIN_S
    log.say("another", device="e")
    count = {"event": "noise", "level": "warning", "device": "d", "again": 1, "within_s": WITHIN_S}
    assert log.written[1:] == [count, {"event": "another", "level": "warning", "device": "e"}]


def test_the_end_writes_every_count_once() -> None:
    log = Log()
    for name in ("one", "two", "one", "two", "two"):
        log.say(name)
    log.repeats.end()
    log.repeats.end()
    assert [(line["event"], line.get("again")) for line in log.written] == [
        ("one", None), ("two", None), ("one", 1), ("two", 2),
    ]  # fmt: skip
