"""The web side in operation: a real server on a free port, a real SQLite file, real clients."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from msgspec import Struct
from prometheus_client import CollectorRegistry
from websockets.asyncio.client import ClientConnection, connect

from monitor.adapters.http import (
    Accounts,
    Doors,
    Passwords,
    Records,
    SignIns,
    create_app,
    listen,
    serve,
)
from monitor.adapters.http.routes.live import watch_sign_ins
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Store
from monitor.adapters.store.questions import users
from tests.adapters.http.desk import SmallDesk
from tests.adapters.http.outbox import SmallOutbox
from tests.parts.tls import TLS

PEOPLE = {"vera": "viewer", "theo": "therapist", "ada": "admin"}
PASSWORD = "correct horse"
REAL_TIME = 1_795_400_000.0


class RealTime(Struct):
    """The clock by which sign-ins expire; a test may move it."""

    now: float = REAL_TIME


class Service(Struct):
    """The running service and the parts that a test uses."""

    port: int
    desk: SmallDesk
    hub: Hub
    store: Store
    registry: CollectorRegistry
    accounts: Accounts
    records: Records
    sign_ins: SignIns
    time: RealTime
    tokens: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, user: str | None = None, **headers: str) -> httpx.AsyncClient:
        """Return a client for `user` of PEOPLE (by bearer token); None: not signed in."""
        if user is not None:
            headers["Authorization"] = f"Bearer {self.tokens[user]}"
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=10, verify=TLS)

    def live(self, user: str | None = "theo", **headers: str) -> connect:
        if user is not None:
            headers["Authorization"] = f"Bearer {self.tokens[user]}"
        return connect(
            f"ws://127.0.0.1:{self.port}/api/v1/live",
            additional_headers=headers,
            compression=None,
            max_queue=None,
        )


@pytest.fixture(scope="session")
def password_hash() -> str:
    return Passwords.hash_now(PASSWORD)


@pytest.fixture
def page_folder(tmp_path: Path) -> Path:
    """A page of four files, so that these tests do not depend on the real one."""
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>t</title>")
    (folder / "main.js").write_text("export {};")
    (folder / "style.css").write_text("body{}")
    (folder / "large.js").write_text("export const there = 1;\n" * 500)
    return folder


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test gets a copy."""
    path = tmp_path_factory.mktemp("empty") / "monitor.db"
    Store(f"sqlite:///{path}").migrate()
    return path


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path, password_hash: str) -> AsyncIterator[Store]:
    path = shutil.copy(empty_database, tmp_path / "monitor.db")
    store = Store(f"sqlite:///{path}")
    faults: list[object] = []
    store.start(asyncio.get_running_loop(), lambda tokens: None, faults.append)
    for name, role in PEOPLE.items():
        await store.write(users.add_user, name, role, password_hash, REAL_TIME)
    yield store
    await store.stop()
    assert faults == []


@pytest_asyncio.fixture
async def service(
    store: Store, page_folder: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Service]:
    registry, time = CollectorRegistry(), RealTime()
    hub = Hub(registry)
    desk = SmallDesk(store, hub)
    accounts = Accounts(store, lambda: time.now, registry)
    records = Records(store, desk.now)
    sign_ins = SignIns(accounts, hub)
    app = create_app(
        desk=desk,
        outbox=SmallOutbox(store),
        accounts=accounts,
        records=records,
        hub=hub,
        sign_ins=sign_ins,
        registry=registry,
        page=page_folder,
    )
    sock = listen("127.0.0.1", 0)
    tokens = {}
    for name in PEOPLE:
        user = await accounts.user(name)
        assert user is not None
        tokens[name], _ = await sign_ins.open(user)
    doors = Doors(asyncio.get_running_loop().time, trusted=["127.0.0.1"], registry=registry)
    running = [
        asyncio.create_task(hub.run(desk)),
        asyncio.create_task(serve(app, sock, doors)),
        asyncio.create_task(watch_sign_ins(sign_ins, lambda: True, every=0.5)),
    ]
    port = sock.getsockname()[1]
    service = Service(port, desk, hub, store, registry, accounts, records, sign_ins, time, tokens)
    await _answering(service)
    yield service
    for task in reversed(running):
        task.cancel()
    ends = await asyncio.gather(*running, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends
    spilled = [record.getMessage() for record in caplog.records if record.exc_info]
    assert spilled == []  # no error reaches the server's own last resort


async def _answering(service: Service) -> None:
    # The socket listens from the moment it is bound; only accepting begins later.
    async with service.client() as client, asyncio.timeout(5):
        assert (await client.get("/healthz")).status_code == 200


@pytest_asyncio.fixture
async def therapist(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with service.client("theo") as client:
        yield client


@pytest_asyncio.fixture
async def encounter(service: Service, therapist: httpx.AsyncClient) -> str:
    """The id of an open session with one cuff, ready for a dose except for its readings."""
    return await open_encounter(therapist, "K-1", "cuff-1")


async def open_encounter(client: httpx.AsyncClient, label: str, device: str) -> str:
    patient = await client.post("/api/v1/patients", json={"label": label})
    await client.post("/api/v1/devices", json={"id": device, "kind": "cuff"})
    made = await client.post(
        "/api/v1/encounters",
        json={
            "patient_id": patient.json()["id"],
            "protocol": "sl_home",
            "device_ids": [device],
            "emergency": {"address": "1 Example Lane", "phone": "555", "sitter": "B."},
        },
    )
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found


@pytest_asyncio.fixture
async def live(service: Service) -> AsyncIterator[ClientConnection]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(service.live())
