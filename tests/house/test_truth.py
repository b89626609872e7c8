"""Which records the chaos harness requires to be judged live: a delayed one may look stored."""

import msgspec
import pytest

from simulators.gatt import Record
from simulators.raw_cuffs import Sent
from tests.chaos.truth import comes_alone

EVERY_S = 31.0


def sent(at: float, *, stamps: bool) -> Sent:
    record = Record(sbp=120, dbp=80, stamp=at if stamps else None)
    return Sent(at=at, measured=at, record=record, truth="live", payload=b"")


@pytest.mark.parametrize("stamps", [True, False])
@pytest.mark.parametrize(("delay", "alone"), [(0.2, True), (5.9, True), (6.4, False)])
def test_a_delayed_record_is_near_the_one_after_it(delay: float, alone: bool, stamps: bool) -> None:
    log = [sent(n * EVERY_S, stamps=stamps) for n in range(3)]
    receipts = [0.1, EVERY_S + delay, 2 * EVERY_S + 0.1]
    assert comes_alone(log[1], receipts[1], log, receipts) is alone


@pytest.mark.parametrize("stamps", [True, False])
def test_and_one_without_a_stamp_near_a_delayed_one_before_it(stamps: bool) -> None:
    log = [sent(n * EVERY_S, stamps=stamps) for n in range(2)]
    receipts = [6.5, EVERY_S + 0.1]
    assert comes_alone(log[1], receipts[1], log, receipts) is stamps


@pytest.mark.parametrize(("between", "alone"), [(17.0, False), (None, True)])
def test_a_burst_is_as_long_as_its_records_are_near_each_other(
    between: float | None, alone: bool
) -> None:
    """A clock was set back after the first record: that one has the later stamp."""
    times = [0.0, EVERY_S] if between is None else [0.0, between, EVERY_S]
    log = [sent(at, stamps=True) for at in times]
    log[0] = msgspec.structs.replace(log[0], record=Record(sbp=120, dbp=80, stamp=900.0))
    assert comes_alone(log[-1], EVERY_S + 0.1, log, times) is alone
