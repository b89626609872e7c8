"""Confirmed readings are on disk, in order, and once."""

import asyncio
from typing import Any, cast

from sqlalchemy import Connection

from monitor.adapters.store import Alike, Store
from monitor.adapters.store.questions.encounters import read_journal
from monitor.adapters.store.questions.findings import list_observations
from monitor.adapters.store.questions.users import add_user, user_named
from monitor.adapters.store.writing.writer import MOST_ITEMS
from tests.adapters.store.running import Running, ask, journalled, numbers
from tests.adapters.store.sessions import T0, furnish, judged, opening, reading

# --- the confirmation -----------------------------------------------------------------------------


async def test_a_token_comes_back_only_when_others_can_see_its_reading(store: Running) -> None:
    seen: list[object] = []
    store.spy = lambda tokens: seen.extend((tokens[-1], ask(store.url, numbers)))
    await store.commit(reading(1))
    await store.commit(reading(2))
    assert seen == [1, [1], 2, [1, 2]]


async def test_tokens_come_back_in_order_and_a_backlog_in_groups(store: Running) -> None:
    for n in range(1, 1201):
        store.append(reading(n))
    await store.flush()
    assert store.confirmed == list(range(1, 1201))
    assert max(map(len, store.groups)) <= MOST_ITEMS
    assert len(store.groups) < 100
    assert await journalled(store) == list(range(1, 1201))
    assert (store.pending, store.oldest) == (0, None)


async def test_a_lone_reading_waits_for_no_others(store: Running) -> None:
    for n in range(1, 6):
        async with asyncio.timeout(2):
            await store.commit(reading(n))
    assert store.groups == [[1], [2], [3], [4], [5]]


async def test_a_reading_that_comes_twice_is_stored_once_and_never_replaced(store: Running) -> None:
    other = judged(1, value=99.0)
    store.append(reading(1))
    store.append(reading(1, token="in the same commit", verdicts=(other,)))
    await store.flush()
    await store.commit(reading(1, token="later", verdicts=(other,)))
    rows = (await store.read(list_observations, "e0", 10)).items
    assert [(row.seq, row.value) for row in rows] == [(1, 72.0)]
    assert store.confirmed == [1, "in the same commit", "later"]


async def test_the_numbering_goes_on_where_the_last_process_stopped(store: Running) -> None:
    await store.commit(reading(1))
    await store.stop()
    again = Running(store.url)
    again.go()
    await again.commit(reading(2))
    steps = await again.read(read_journal, "e0")
    assert [step.n for step in steps] == [1, 2, 3, 4]
    await again.stop()


class Listening:
    """The loop, to the writer's thread; it notes what waits at each of the writer's reports."""

    def __init__(self, store: Running) -> None:
        self._store = store
        self._loop = asyncio.get_running_loop()
        self.seen: list[tuple[int, float | None]] = []

    def call_soon_threadsafe(self, *call: Any) -> None:
        self.seen.append((self._store.pending, self._store.oldest))
        self._loop.call_soon_threadsafe(*call)


async def test_what_is_on_disk_waits_no_longer_when_the_loop_hears_of_it(
    migrated: Store, url: str
) -> None:
    migrated.run(furnish, 4)
    store = Running(url)
    listening = Listening(store)
    store.start(
        cast("asyncio.AbstractEventLoop", listening), store.groups.append, store.faults.append
    )
    for n in range(3):
        await store.commit(opening(n))
    assert listening.seen == [(0, None)] * 3
    await store.stop()


# --- acts -----------------------------------------------------------------------------------------


async def test_an_act_is_done_in_its_turn_and_answers_when_it_is_on_disk(store: Running) -> None:
    store.append(reading(1))
    count = store.write(lambda connection: len(numbers(connection)))
    later = reading(2)
    answer, _ = await asyncio.gather(count, store.commit(later))
    assert answer == 1
    user = await store.write(add_user, "anna", "therapist", "hash", T0)
    assert ask(store.url, lambda connection: user_named(connection, "anna")) == user


async def test_an_act_that_fails_changes_nothing_and_hinders_nobody(store: Running) -> None:
    def half(connection: Connection) -> None:
        add_user(connection, "half", "viewer", "hash", T0)
        raise KeyError("then it breaks")

    await store.write(add_user, "anna", "viewer", "hash", T0)
    store.append(reading(1))
    twice = store.write(add_user, "anna", "admin", "other hash", T0)
    broken = store.write(half)
    failures = await asyncio.gather(twice, broken, return_exceptions=True)
    await store.commit(reading(2))
    assert [type(failure) for failure in failures] == [Alike, KeyError]
    assert await store.read(user_named, "half") is None
    assert store.confirmed == [1, 2]
    assert store.faults == []


# --- the end --------------------------------------------------------------------------------------


async def test_stopping_writes_what_is_queued(store: Running) -> None:
    for n in range(1, 700):
        store.append(reading(n))
    assert await store.stop() == 0
    assert store.confirmed == list(range(1, 700))
