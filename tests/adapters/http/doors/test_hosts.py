"""The names under which the service answers, and the others, which a hostile page may choose."""

import socket

import pytest
from starlette.types import Message
from structlog.testing import capture_logs

from monitor.adapters.http.doors.hosts import Hosts, hostname, hostname_of, known_names, ours
from tests.adapters.http.asgi import Inner

OWN = frozenset({"monitor.example"})


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Monitor.Example:8000", "monitor.example"), ("monitor.example.", "monitor.example"),
        ("[::1]:80", "::1"), ("127.0.0.1", "127.0.0.1"), ("", ""), (":80", ""), ("[", ""),
        ("a.example@b.example", "b.example"), ("a.example/b.example", "a.example"),
    ],
)  # fmt: skip
def test_a_name_is_read_without_its_port_its_case_and_its_final_dot(header: str, name: str) -> None:
    assert hostname(header) == name


def test_an_address_that_is_no_address_has_no_name() -> None:
    assert hostname_of("https://Monitor.example:8443/page") == "monitor.example"
    assert hostname_of("http://[::1") == hostname_of("nonsense") == hostname_of("") == ""


@pytest.mark.parametrize(
    ("name", "answered"),
    [
        ("monitor.example", True), ("sub.monitor.example", False), ("onitor.example", False),
        ("ward", True), ("", False), ("app.localhost", True), ("ward.local", True),
        ("ward.local.example", False), ("notlocal.example", False),
        ("192.168.1.7", True), ("203.0.113.7", True), ("::1", True), ("1.2.3", False),
        ("127.0.0.1.nip.example", False),
    ],
)  # fmt: skip
def test_only_names_that_no_outsider_can_point_here_are_ours(name: str, answered: bool) -> None:
    assert ours(name, OWN) is answered


def test_the_names_are_those_of_the_machine_and_of_the_settings() -> None:
    addresses = ["https://Monitor.Example.:8443", "", "http://other.example"]
    machine = socket.gethostname().lower().rstrip(".")
    assert known_names("Ward.Example", addresses) == {
        "ward.example", machine, "monitor.example", "other.example",
    }  # fmt: skip
    assert "" not in known_names("", [""])


# --- the middleware -------------------------------------------------------------------------------


class Gate:
    """The middleware before an app that accepts everything; `now` is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.inner = Inner()
        self._hosts = Hosts(self.inner, OWN, lambda: self.now)

    async def ask(self, *hosts: str, path: str = "/", kind: str = "http") -> int:
        """Ask with these `Host` headers, and return the status."""
        headers = [(b"host", host.encode()) for host in hosts]
        scope = {"type": kind, "method": "GET", "path": path, "headers": headers}
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._hosts(scope, receive, send)
        return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        (["monitor.example"], 200), (["evil.example"], 421), ([], 200), ([""], 200),
        (["monitor.example", "evil.example"], 421), (["evil.example", "monitor.example"], 421),
    ],
)  # fmt: skip
async def test_every_name_of_a_request_must_be_ours(hosts: list[str], status: int) -> None:
    gate = Gate()
    assert await gate.ask(*hosts) == status
    assert len(gate.inner.bodies) == (status == 200)


async def test_under_any_name_only_health_is_answered() -> None:
    gate = Gate()
    paths = ("/healthz", "/readyz", "/metrics", "/healthz/", "/api/v1/live")
    statuses = [await gate.ask("evil.example", path=path) for path in paths]
    assert statuses == [200, 200, 421, 421, 421]
    assert await gate.ask("evil.example", path="/api/v1/live", kind="websocket") == 421


async def test_a_flood_under_foreign_names_is_logged_once_a_minute() -> None:
    gate = Gate()
    with capture_logs() as lines:
        for gate.now in (1000.0, 1059.9, 1060.0, 30.0, 31.0):  # the clock is set back once
            await gate.ask("x" * 300 + ".example")
    assert [line["event"] for line in lines] == ["host_refused"] * 3
    assert [line["host"] for line in lines] == ["x" * 253] * 3
