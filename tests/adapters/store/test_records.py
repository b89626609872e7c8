"""Quarantine and audit: written with their entry, newest first."""

from monitor.adapters.store import Audited, Entry, Quarantined
from monitor.adapters.store.records import AuditRow, list_audit, list_quarantine
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
