"""The records of a session through their routes: narrowed, in pages, and each read on record."""

import json

import httpx
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from monitor.adapters.http import Accounts, Records
from monitor.adapters.http.errors import Unknown
from monitor.adapters.http.guard.sign_ins import Person
from monitor.adapters.http.routes.records import alarm_routes, histories
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Store
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.core.vocabulary.reasons import Reason
from tests.adapters.http.asgi import THEO, client_of, routed
from tests.adapters.http.conftest import REAL_TIME
from tests.adapters.http.desk import SmallDesk
from tests.adapters.store.sessions import T0, alarm, closing, furnish, judged, opening, reading

VERA = Person("vera", "viewer", "sv", 0.0)


class Noting(SmallDesk):
    """A desk that keeps acknowledgements and ratings, of alarm e0-1 alone."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, Hub(CollectorRegistry()))
        self.taken: list[tuple[str, str]] = []
        self.rated: list[tuple[bool, str]] = []

    async def acknowledge(self, alarm_id: str, *, note: str, by: str) -> dict[str, object]:
        if alarm_id != "e0-1":
            raise Unknown(Reason("no_such_id", {"thing": "alarm"}))
        self.taken.append((note, by))
        return {"id": alarm_id}

    async def rate(self, alarm_id: str, *, useful: bool, by: str) -> None:
        self.rated.append((useful, by))


class Archive:
    def __init__(self, store: Store) -> None:
        self.store, self.desk = store, Noting(store)
        self._trail = Accounts(store, lambda: REAL_TIME).trail
        records = Records(store, lambda: T0 + 7200)
        self._routers = histories(records), alarm_routes(self.desk, records)

    def client(self, person: Person = VERA) -> httpx.AsyncClient:
        app = routed(*self._routers, person=person, trail=self._trail)
        return client_of(app, url="http://x/api/v1")


@pytest_asyncio.fixture
async def archive(store: Store) -> Archive:
    """Session e0 has readings 1.15, 2.15 and 3.15 s after ten, and an alarm; e1 is closed."""
    await store.write(furnish, 2)
    odd = judged(2, 250.0, state="rejected")
    for entry in (
        opening(0), reading(1), reading(2, verdicts=(odd,)),
        reading(3, more=(alarm(1, "raised", "on"),)), opening(1), closing("e1", T0 + 3600),
    ):  # fmt: skip
        await store.commit(entry)
    return Archive(store)


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("", [72.0, 250.0, 72.0]), ("state=rejected", [250.0]), ("state=accepted", [72.0, 72.0]),
        ("vital=sbp", []), ("vital=hr&source=device", [72.0, 250.0, 72.0]), ("source=manual", []),
        ("since=2026-11-23T10:00:02Z", [250.0, 72.0]), ("since=2026-11-23T10:00:03Z", [72.0]),
        ("until=2026-11-23T11:00:02%2B01:00", [72.0]),
        ("limit=1", [72.0]),
    ],
)  # fmt: skip
async def test_readings_are_narrowed_by_the_query(
    archive: Archive, query: str, values: list[float]
) -> None:
    async with archive.client() as client:
        answer = await client.get(f"/encounters/e0/observations?{query}")
    assert [row["value"] for row in answer.json()["items"]] == values


async def test_the_next_page_begins_where_the_last_one_ended(archive: Archive) -> None:
    async with archive.client() as client:
        for listing, rows in (("observations", 3), ("journal", 5)):
            address = f"/encounters/e0/{listing}?limit=2"
            whole = (await client.get(f"/encounters/e0/{listing}")).json()["items"]
            first = (await client.get(address)).json()
            second = (await client.get(f"{address}&after={first['next']}")).json()
            assert first["items"] + second["items"] == whole[:4], listing
            assert len(whole) >= rows


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("type=phase", 200), ("type=judged,observed", 200), ("type=", 422), ("type=a,", 422),
        ("type=A", 422), ("type=a,,b", 422), ("type=" + ",".join(["a" * 32] * 19), 422),
        ("type=" + "a" * 33, 422), ("type=a%27", 422),
    ],
)  # fmt: skip
async def test_the_types_of_a_journal_are_names_joined_by_commas(
    archive: Archive, query: str, status: int
) -> None:
    async with archive.client() as client:
        assert (await client.get(f"/encounters/e0/journal?{query}")).status_code == status


async def test_the_journal_has_only_the_types_that_are_named(archive: Archive) -> None:
    async with archive.client() as client:
        rows = (await client.get("/encounters/e0/journal?type=opened,observed")).json()["items"]
    assert {row["type"] for row in rows} == {"opened", "observed"}


async def test_each_record_that_is_read_is_on_the_audit_and_a_refused_one_is_not(
    archive: Archive,
) -> None:
    async with archive.client() as client:
        for number, name in enumerate(
            ("observations", "alarms", "episodes", "notices", "burden", "journal")
        ):
            session, person = f"e{number % 2}", Person("vera", "viewer", f"s{number}", 0.0)
            async with archive.client(person) as own:
                assert (await own.get(f"/encounters/{session}/{name}")).status_code == 200
        assert (await client.get("/encounters/e9/alarms")).status_code == 404
        assert (await client.get("/burden")).status_code == 200  # names no session
        assert (await client.get("/alarms/e0-1/notices")).status_code == 200
    await archive.store.flush()
    rows = (await archive.store.read(list_audit, 50)).items[::-1]
    reads = [(row.user, row.object) for row in rows if row.action == "record_read"]
    assert reads == [("vera", f"e{number % 2}") for number in range(6)]


async def test_the_clinic_s_burden_is_that_of_real_sessions_unless_another_mode_is_named(
    archive: Archive,
) -> None:
    async with archive.client() as client:
        assert (await client.get("/burden")).json()["sessions"] == 0
        told = await client.get("/burden?mode=test&since=2026-11-23T10:00:00Z")
        assert (told.json()["sessions"], told.json()["hours"]) == (1, 1.0)
        late = await client.get("/burden?mode=test&since=2026-11-23T10:00:01Z")
        assert late.json()["sessions"] == 0
        none = await client.get("/burden?mode=test&until=2026-11-23T10:00:00Z")
        assert none.json()["sessions"] == 0
        assert (await client.get("/burden?mode=unreal")).status_code == 422


async def test_an_alarm_is_acknowledged_with_or_without_a_note(archive: Archive) -> None:
    async with archive.client(THEO) as theo:
        assert (await theo.post("/alarms/e0-1/acknowledge")).json() == {"id": "e0-1"}
        noted = await theo.post("/alarms/e0-1/acknowledge", json={"note": "seen"})
        assert noted.status_code == 200
        assert (await theo.post("/alarms/e0-9/acknowledge")).status_code == 404
        long = await theo.post("/alarms/e0-1/acknowledge", json={"note": "x" * 501})
        assert long.status_code == 422
    assert archive.desk.taken == [("", "theo"), ("seen", "theo")]


async def test_a_rating_is_a_plain_yes_or_no(archive: Archive) -> None:
    async with archive.client(THEO) as theo:
        for useful, status in ((True, 200), (False, 200), (1, 422), (None, 422)):
            rated = await theo.post("/alarms/e0-1/rate", json={"useful": useful})
            assert rated.status_code == status
    assert archive.desk.rated == [(True, "theo"), (False, "theo")]


async def test_who_looks_on_reads_and_does_not_act(archive: Archive) -> None:
    async with archive.client() as vera:
        for path, body in (("acknowledge", {}), ("rate", {"useful": True})):
            assert (await vera.post(f"/alarms/e0-1/{path}", json=body)).status_code == 403
        assert (await vera.get("/alarms/e0-1/notices")).json()["items"] == []
        assert (await vera.get("/alarms/e0-9/notices")).status_code == 404
    assert json.dumps(archive.desk.taken + archive.desk.rated) == "[]"
