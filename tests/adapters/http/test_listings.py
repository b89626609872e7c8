"""Listings of stored records: which exist, in which order, and up to when."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters.http import Records
from monitor.adapters.http.errors import Invalid, Unknown
from monitor.adapters.store import Entry, Missing, NotUnique, Quarantined, Store
from monitor.adapters.store.questions.contacts import Preferences, Wanted
from monitor.core.vocabulary.inputs import Rated
from tests.adapters.store.sessions import T0, alarm, closing, furnish, judged, opening, reading

NOW = T0 + 7200.0
NOBODY = "There is no encounter of that id."
Ask = Callable[[Records, str], Awaitable[Any]]


@pytest_asyncio.fixture
async def records(store: Store) -> Records:
    """Two sessions: e0 is open and has two readings and an alarm, e1 lasted for an hour."""
    await store.write(furnish, 2)
    late = judged(2, 250.0, state="rejected")
    entries = [
        opening(0), reading(1, more=(alarm(1, "raised", "on"),)), reading(2, verdicts=(late,)),
        opening(1), closing("e1", T0 + 3600),
        Entry("e0", T0 + 60, Rated("e0-1", useful=True, by="anna")),
    ]  # fmt: skip
    for entry in entries:
        await store.commit(entry)
    return Records(store, lambda: NOW)


OF_A_SESSION: dict[str, Ask] = {
    "observations": lambda r, e: r.observations(e, 10, None),
    "alarms": lambda r, e: r.alarms(e, 10, None),
    "episodes": lambda r, e: r.episodes(e, 10, None),
    "journal": lambda r, e: r.journal(e, 10, None, type_=None),
    "notices": lambda r, e: r.notices_of_session(e),
    "burden": lambda r, e: r.burden(e),
}


async def test_a_session_that_does_not_exist_has_no_empty_listing(records: Records) -> None:
    """An empty list of alarms would say that there was none."""
    for name, ask in OF_A_SESSION.items():
        with pytest.raises(Unknown, match=NOBODY):
            await ask(records, "e9")
        assert await ask(records, "e1") is not None, name
    for alone in (records.alarm, records.notices):
        with pytest.raises(Unknown, match="There is no alarm of that id"):
            await alone("e0-9")


async def test_a_page_says_how_many_there_are_and_where_the_next_begins(records: Records) -> None:
    first = await records.observations("e0", 1, None)
    assert (first.count, [row["value"] for row in first.items]) == (2, [72.0])
    rest = await records.observations("e0", 1, first.next)
    assert ([row["value"] for row in rest.items], rest.next) == ([250.0], None)


@pytest.mark.parametrize(
    ("narrowed", "values"),
    [
        ({}, [72.0, 250.0]), ({"vital": "hr"}, [72.0, 250.0]), ({"vital": "sbp"}, []),
        ({"state": "rejected"}, [250.0]), ({"source": "manual"}, []),
        ({"since": T0 + 1.5}, [250.0]), ({"until": T0 + 1.5}, [72.0]),
    ],
)  # fmt: skip
async def test_readings_are_narrowed_by_each_of_these(
    records: Records, narrowed: dict[str, Any], values: list[float]
) -> None:
    page = await records.observations("e0", 10, None, **narrowed)
    assert [row["value"] for row in page.items] == values


async def test_an_alarm_is_the_same_alone_and_in_its_session(records: Records) -> None:
    page = await records.alarms("e0", 10, None)
    assert page.items == [await records.alarm("e0-1")]
    assert (page.items[0]["encounter_id"], page.items[0]["value"]) == ("e0", 184.0)
    assert await records.notices("e0-1") == []


async def test_the_journal_is_narrowed_to_some_types(records: Records) -> None:
    whole = await records.journal("e0", 50, None, type_=None)
    rated = await records.journal("e0", 50, None, type_="rated,opened")
    assert {row["type"] for row in rated.items} == {"rated", "opened"}
    assert rated.count == 2 < whole.count


async def test_an_open_session_s_burden_is_counted_until_now(records: Records) -> None:
    told = await records.burden("e0")
    assert (told["sessions"], told["hours"], told["ratings"]) == (1, 2.0, {"e0-1": True})
    assert (await records.burden("e1"))["hours"] == 1.0


@pytest.mark.parametrize(
    ("mode", "since", "until", "sessions"),
    [
        ("test", 0.0, None, 1),  # of closed sessions only
        ("real", 0.0, None, 0), ("test", T0, None, 1), ("test", T0 + 1, None, 0),
        ("test", 0.0, T0, 0), ("test", 0.0, T0 + 1, 1),
    ],
)  # fmt: skip
async def test_the_clinic_s_burden_is_that_of_the_sessions_opened_in_a_time(
    records: Records, mode: str, since: float, until: float | None, sessions: int
) -> None:
    assert (await records.burden_of_clinic(mode, since, until))["sessions"] == sessions


async def test_without_an_end_the_clinic_s_burden_ends_now(store: Store, records: Records) -> None:
    early = Records(store, lambda: T0 - 1)
    assert (await early.burden_of_clinic("test", 0.0, None))["sessions"] == 0


async def test_a_label_that_cannot_be_typed_again_is_refused_at_its_field(
    records: Records,
) -> None:
    with pytest.raises(Invalid) as refused:
        await records.add_patient("K\u200b-1", None, ())
    assert (refused.value.field, refused.value.text[-1]) == ("label", ".")
    with pytest.raises(NotUnique):
        await records.add_patient("P-000", None, ())
    made = await records.add_patient("K-1", 1980, ("hypertension",), "theo")
    (row,) = [p for p in (await records.patients(50, None)).items if p["id"] == made]
    assert (row["label"], row["birth_year"], row["risk_factors"]) == (
        "K-1", 1980, ("hypertension",),
    )  # fmt: skip
    (act,) = (await records.audit(10, None, by="theo")).items
    assert (act["action"], act["object"]) == ("patient_added", made)
    assert (await records.audit(10, None, by="vera")).items == []


async def test_contacts_are_in_the_order_in_which_they_are_notified(records: Records) -> None:
    def wanted(name: str, order: int) -> Wanted:
        return Wanted(
            name=name, urls=("json://example.com",), order=order, after_s=30.0, pin_hash="h",
            preferences=Preferences(zone="Europe/Lisbon"),
        )  # fmt: skip

    second = await records.add_contact(wanted("B", 2), "ada")
    await records.add_contact(wanted("A", 1), "ada")
    assert [one["name"] for one in await records.contacts()] == ["A", "B"]
    number = int(second["id"])
    changed = await records.change_contact(number, wanted("C", 0), "ada")
    assert changed == (await records.contacts())[0]
    await records.drop_contact(number, "ada")
    assert [one["name"] for one in await records.contacts()] == ["A"]
    for act in (records.change_contact(99, wanted("D", 0)), records.drop_contact(99)):
        with pytest.raises(Missing):
            await act


async def test_messages_that_could_not_be_taken_are_newest_first(
    store: Store, records: Records
) -> None:
    for n in range(3):
        bad = Quarantined(topic=f"t/{n}", reason="not JSON", excerpt=b"{", size=1)
        await store.commit(Entry("", T0 + n, quarantined=(bad,)))
    page = await records.quarantine(2, None)
    assert [row["topic"] for row in page.items] == ["t/2", "t/1"]
    assert [row["topic"] for row in (await records.quarantine(2, page.next)).items] == ["t/0"]
    assert await records.dropped(10) == {"count": 0, "devices": []}
