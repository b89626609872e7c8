"""A restarted process finds all that was appended; and which session may use a device."""

import asyncio

import pytest

from monitor.adapters.store import (
    BadCursor,
    DeviceBusy,
    Entry,
    Lost,
    Missing,
    Opening,
    StoreError,
    decode_journal_row,
)
from monitor.adapters.store.questions.clinic import Device, add_device
from monitor.adapters.store.questions.encounters import (
    find_encounter,
    find_interrupted,
    list_encounters,
    list_journal,
    open_encounters,
    read_journal,
)
from monitor.core.vocabulary.events import (
    Baseline,
    DoseRecorded,
    Episode,
    EpisodeChanged,
    Event,
    PhaseChanged,
)
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    ChangeDevices,
    Dose,
    Facts,
    Input,
    Note,
    Opened,
)
from tests.adapters.store.running import Running, ask
from tests.adapters.store.sessions import T0, alarm, closing, judged, opening, reading

DOSE = Dose(T0 + 5, "ketamine", "oral", 100.0, "anna")


def course() -> list[Entry]:
    """Return a session with every kind of input and event that leaves a trace."""
    baseline = {"hr": Baseline(72.0, 1.5, 9, "good")}
    episode = Episode(number=1, vital="sbp", onset=T0, peak_at=T0, peak=184.0, limit=160.0)
    return [
        reading(1),
        Entry("e0", T0 + 2, Note("zittert ü 🙂 \0 \\ ' \"", "anna")),
        reading(3, verdicts=(judged(3), judged(3, 36.61, vital="temp"))),
        Entry(
            "e0",
            T0 + 5,
            DOSE,
            (DoseRecorded(T0 + 5, DOSE, True, baseline), PhaseChanged(1, "onset")),
        ),
        Entry("e0", T0 + 6, None, (alarm(1, "raised", "on"), EpisodeChanged(T0 + 6, episode))),
        Entry(
            "e0", T0 + 7, Acknowledged("e0-1", "anna"), (alarm(1, "acknowledged", "acknowledged"),)
        ),
        reading(8, verdicts=(judged(8, 1e-7), judged(8, 300.0, vital="sbp", state="rejected"))),
    ]


def flat(entries: list[Entry]) -> list[Input | Event]:
    return [thing for e in entries for thing in ((e.input,) if e.input else ()) + tuple(e.events)]


async def test_a_restarted_process_finds_what_was_appended(store: Running) -> None:
    entries = course()
    for entry in entries:
        store.append(entry)
    await store.stop()

    first, second = ask(store.url, open_encounters)

    found = [thing for s in first.tail for thing in ((s.input,) if s.input else ()) + s.events]
    assert found == flat([opening(), *entries])
    applied = [(step.at, step.input) for step in first.tail if step.input]
    assert applied[1:] == [(entry.at, entry.input) for entry in entries if entry.input]
    record = first.record
    assert (record.id, record.patient_id, record.patient_label) == ("e0", "p0", "P-000")
    assert record.facts == Facts(protocol="oral", mode="test", devices={"strap-0": "heart_rate"})
    assert (record.protocol, record.emergency) == ('{"id":"oral"}', '{"phone":"0"}')
    assert (record.phase, record.opened_at, record.dosed_at) == ("onset", T0, T0 + 5)
    assert record.devices == {"strap-0": "heart_rate"}
    assert (second.record.id, len(second.tail)) == ("e1", 2)


async def test_the_tail_begins_after_the_newest_snapshot(store: Running) -> None:
    store.append(reading(1, snapshot=b"older"))
    store.append(reading(2, more=(alarm(1, "raised", "on"),), snapshot=b"\0newer\xff"))
    store.append(reading(3))
    store.append(Entry("e1", T0, snapshot=b"at once"))
    await store.flush()
    first, second = await store.read(open_encounters)
    assert first.snapshot == b"\0newer\xff"
    assert [step.input for step in first.tail] == [reading(3).input]
    assert (second.snapshot, second.tail) == (b"at once", [])
    assert len(await store.read(read_journal, "e0")) == 6, "nothing is cut off"
    await store.commit(closing("e0", T0 + 9))
    closed = await store.read(find_interrupted, "e0")
    assert closed
    assert (closed.snapshot, len(closed.tail)) == (first.snapshot, 3)
    assert await store.read(find_interrupted, "e77") is None


async def test_numbers_that_were_given_up_stand_beside_what_is_decided(store: Running) -> None:
    lost = Lost(at=T0 + 2, device="strap-0", boot="a1", first=2, last=3)
    store.append(reading(1))
    store.append(Entry("e0", T0 + 2, lost=(lost,), snapshot=b"after it"))
    store.append(reading(4))
    await store.flush()
    rows = (await store.read(list_journal, "e0", 10)).items
    assert [(row.side, row.type) for row in rows][-2:-1] == [("record", "lost")]
    assert len(await store.read(read_journal, "e0")) == len(rows) - 1
    first, second = await store.read(open_encounters)
    assert ([step.input for step in first.tail], first.lost) == ([reading(4).input], [lost])
    assert second.lost == []


async def test_what_cannot_be_restored_names_its_row(store: Running) -> None:
    store.append(reading(1, verdicts=(judged(1),)))
    nothing = float("nan")
    store.append(Entry("e0", T0, Dose(nothing, "ketamine", "oral", 1.0, "anna")))
    await store.flush()
    with pytest.raises(StoreError, match=r"Journal row 4 .input dose. cannot be read"):
        await store.read(open_encounters)


# --- devices --------------------------------------------------------------------------------------


async def test_a_device_in_use_is_refused_by_name_and_free_after_the_close(store: Running) -> None:
    again = Entry(
        "e9",
        T0 + 9,
        Opened(Facts(protocol="oral", devices={"strap-0": "heart_rate"})),
        opening=Opening(patient_id="p2", protocol="{}"),
    )
    with pytest.raises(DeviceBusy) as caught:
        await store.commit(again)
    assert (caught.value.device, caught.value.encounter_id) == ("strap-0", "e0")
    assert await store.read(find_encounter, "e9") is None

    # In one commit: the close frees the device that the opening after it takes.
    store.append(closing("e0", T0 + 8))
    store.append(reading(1, "e1"))
    await store.commit(again)

    closed, opened = await store.read(find_encounter, "e0"), await store.read(find_encounter, "e9")
    assert closed
    assert opened
    assert (closed.closed_at, closed.phase, closed.devices) == (T0 + 8, "closed", {})
    assert opened.devices == {"strap-0": "heart_rate"}
    assert [i.record.id for i in await store.read(open_encounters)] == ["e1", "e9"]
    assert store.groups[-1] == [1]


async def test_of_two_sessions_opened_at_once_one_gets_the_device(store: Running) -> None:
    rivals = [opening(3, encounter=f"rival {i}") for i in range(2)]
    results = await asyncio.gather(*map(store.commit, rivals), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), DeviceBusy]


async def test_devices_come_and_go_during_a_session(store: Running) -> None:
    cuff = Device(id="cuff", kind="cuff", site="home", created_at=T0)
    await store.write(add_device, cuff)
    await store.commit(Entry("e0", T0 + 1, ChangeDevices("anna", {"cuff": "cuff"}, ("strap-0",))))
    record = await store.read(find_encounter, "e0")
    assert record
    assert record.devices == {"cuff": "cuff"}
    with pytest.raises(DeviceBusy):
        await store.commit(Entry("e1", T0 + 2, ChangeDevices("anna", {"cuff": "cuff"})))
    with pytest.raises(Missing, match="no device ghost"):
        await store.commit(Entry("e1", T0 + 2, ChangeDevices("anna", {"ghost": "cuff"})))
    await store.commit(Entry("e0", T0 + 3, ChangeDevices("anna", {}, ("cuff",))))
    await store.commit(Entry("e1", T0 + 4, ChangeDevices("anna", {"cuff": "cuff"})))


# --- listings -------------------------------------------------------------------------------------


async def test_sessions_are_listed_page_by_page(store: Running) -> None:
    await store.commit(opening(2))
    await store.commit(closing("e1", T0 + 1))
    one = await store.read(list_encounters, 2)
    two = await store.read(list_encounters, 2, one.next)
    assert [record.id for record in one.items + two.items] == ["e0", "e1", "e2"]
    assert (one.count, two.count, two.next) == (3, 3, None)
    opened = await store.read(list_encounters, 9, state="open")
    assert ([record.id for record in opened.items], opened.count) == (["e0", "e2"], 2)
    closed = await store.read(list_encounters, 9, state="closed")
    assert [record.id for record in closed.items] == ["e1"]
    last = await store.read(list_encounters, 2, newest_first=True)
    first = await store.read(list_encounters, 2, last.next, newest_first=True)
    assert [record.id for record in last.items + first.items] == ["e2", "e1", "e0"]
    assert (last.count, first.next) == (3, None)
    of_one = await store.read(list_encounters, 9, patient_id="p2")
    assert [record.id for record in of_one.items] == ["e2"]


async def test_a_journal_is_listed_as_it_stands(store: Running) -> None:
    for n in range(1, 6):
        store.append(reading(n))
    await store.flush()
    one = await store.read(list_journal, "e0", 4)
    two = await store.read(list_journal, "e0", 4, one.next)
    rows = one.items + two.items
    assert [(row.n, row.side, row.type) for row in rows[:3]] == [
        (1, "input", "opened"),
        (2, "event", "phase"),
        (3, "reading", "observed"),
    ]
    assert [row.n for row in rows] == list(range(1, 8))
    assert (one.count, two.next) == (7, None)
    assert [decode_journal_row(row) for row in rows] == await store.read(read_journal, "e0")
    some = await store.read(list_journal, "e0", 9, type_="phase,opened")
    assert [row.type for row in some.items] == ["opened", "phase"]
    assert some.count == 2
    with pytest.raises(BadCursor):
        await store.read(list_journal, "e0", 4, "the third")
