"""Quarantine and audit: written with their entry, newest first."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from monitor.adapters.store import Audited, Entry, Quarantined
from monitor.adapters.store.questions.quarantine import (
    AuditRow,
    list_audit,
    list_dropped,
    list_quarantine,
)
from monitor.adapters.store.writing.quarantine_quota import OF_A_LANE, Keeping, Quota
from monitor.adapters.store.writing.recorder import Recorder
from tests.adapters.store.running import Running
from tests.adapters.store.sessions import T0, reading


async def test_what_could_not_be_taken_is_kept_and_confirmed(store: Running) -> None:
    for i in range(5):
        held = Quarantined(topic="t", reason=f"no {i}", excerpt=b"x", size=1, format="native")
        store.append(Entry("", T0 + i, token=f"held {i}", quarantined=(held, held)))
    await store.flush()
    assert store.confirmed == [f"held {i}" for i in range(5)]
    one = await store.read(list_quarantine, 6)
    two = await store.read(list_quarantine, 6, one.next)
    found = [row.reason for row in one.items + two.items]
    assert found == [f"no {i}" for i in (4, 4, 3, 3, 2, 2, 1, 1, 0, 0)]
    assert (one.count, two.next, one.items[0].format) == (10, None, "native")


async def test_an_act_and_its_audit_are_one_commit(store: Running) -> None:
    entry = reading(1)
    entry.audited = (
        Audited(user="anna", action="dose", object="e0", detail='{"mg":100}', origin="::1"),
    )
    await store.commit(entry)
    (row,) = (await store.read(list_audit, 10)).items
    assert row == AuditRow(row.id, T0 + 1, "anna", "dose", "e0", '{"mg":100}', "::1")


def _junk(lane: str, text: str, size: int = 1) -> Entry:
    held = Quarantined(
        topic="t", reason=text, excerpt=b"x" * size, size=size, lane=lane, device=lane
    )
    return Entry("", T0, quarantined=(held,))


async def test_a_device_keeps_its_newest_within_its_quota_and_pushes_out_nobody_elses(
    store: Running,
) -> None:
    store.append(_junk("quiet", "the only one"))
    for n in range(3 * OF_A_LANE.rows):
        store.append(_junk("loud", f"no {n}"))
    await store.flush()
    found = (await store.read(list_quarantine, 10_000)).items
    loud = [row.reason for row in found if row.device == "loud"]
    newest = 3 * OF_A_LANE.rows - 1
    assert loud == [f"no {newest - n}" for n in range(len(loud))]
    assert OF_A_LANE.rows * 0.9 <= len(loud) <= OF_A_LANE.rows
    assert [row.reason for row in found if row.device == "quiet"] == ["the only one"]
    total, (lane,) = await store.read(list_dropped, 10)
    assert (total, lane.lane, lane.rows) == (newest + 1 - len(loud), "loud", total)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None
)
@given(
    groups=st.lists(
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 300)), min_size=1, max_size=12),
        max_size=8,
    ),
    restarts=st.booleans(),
)
async def test_whatever_comes_both_quotas_hold_and_what_is_gone_is_counted(
    store: Running, groups: list[list[tuple[str, int]]], restarts: bool
) -> None:
    of_a_lane, in_all = Quota(6, 700), Quota(10, 1_200)

    def play(connection: Connection) -> None:
        before = list_quarantine(connection, 100)
        assert before.count == 0
        had, _ = list_dropped(connection, 10)
        recorder = Recorder(connection.dialect)
        number = 0
        for group in groups:
            if restarts or not number:
                recorder._keeping = Keeping(connection.dialect, of_a_lane, in_all)
            entries = []
            for lane, size in group:
                number += 1
                entries.append(_junk(lane, f"{number:04}", size))
            recorder.record(connection, entries)
            found = list_quarantine(connection, 100).items
            gone, _ = list_dropped(connection, 10)
            assert len(found) + gone - had == number
            assert len(found) <= in_all.rows
            assert sum(len(r.excerpt) + 5 for r in found) <= in_all.bytes
            for lane in "abc":
                mine = [r for r in found if r.device == lane]
                assert len(mine) <= of_a_lane.rows
                assert sum(len(r.excerpt) + 5 for r in mine) <= of_a_lane.bytes
        raise Undo

    with pytest.raises(Undo):
        await store.write(play)


class Undo(Exception):
    """Rolls back an example, so that the next one finds empty tables."""
