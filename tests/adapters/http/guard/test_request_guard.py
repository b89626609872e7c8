"""Permissions: every route, by every kind of caller. The table repeats the contract's."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
import pytest_asyncio
from websockets.exceptions import InvalidStatus

from monitor.adapters.http import create_app
from monitor.adapters.http.doors.reached import Reached
from tests.adapters.http.conftest import PASSWORD, Service
from tests.adapters.http.outbox import SmallOutbox

Published = Callable[..., Awaitable[httpx.AsyncClient]]

VIEWER, THERAPIST, ADMIN = "viewer", "therapist", "admin"
RANK = {VIEWER: 0, THERAPIST: 1, ADMIN: 2}
USERS = {"vera": VIEWER, "theo": THERAPIST, "ada": ADMIN}

# method, address, least role. Bodies are empty: a permitted caller gets a report of missing fields.
ROUTES = [
    ("POST", "/logout", VIEWER),
    ("GET", "/me", VIEWER),
    ("PATCH", "/me", VIEWER),
    ("POST", "/confirm", VIEWER),
    ("POST", "/me/password", VIEWER),
    ("GET", "/takers", THERAPIST),
    ("GET", "/users", ADMIN),
    ("POST", "/users", ADMIN),
    ("PATCH", "/users/{username}", ADMIN),
    ("POST", "/patients", THERAPIST),
    ("GET", "/patients", VIEWER),
    ("GET", "/vocabulary", VIEWER),
    ("GET", "/protocols", VIEWER),
    ("POST", "/devices", THERAPIST),
    ("POST", "/devices/{device_id}/credentials", THERAPIST),
    ("PATCH", "/devices/{device_id}", THERAPIST),
    ("GET", "/devices", VIEWER),
    ("GET", "/quarantine", THERAPIST),
    ("POST", "/contacts", ADMIN),
    ("GET", "/contacts", ADMIN),
    ("PUT", "/contacts/{contact_id}", ADMIN),
    ("DELETE", "/contacts/{contact_id}", ADMIN),
    ("POST", "/contacts/{contact_id}/test", ADMIN),
    ("POST", "/encounters/{encounter_id}/test-notice", THERAPIST),
    ("GET", "/encounters/{encounter_id}/notices", VIEWER),
    ("POST", "/encounters", THERAPIST),
    ("GET", "/encounters", VIEWER),
    ("GET", "/encounters/{encounter_id}", VIEWER),
    ("GET", "/encounters/{encounter_id}/expectation", VIEWER),
    ("POST", "/encounters/{encounter_id}/devices", THERAPIST),
    ("POST", "/encounters/{encounter_id}/doses", THERAPIST),
    ("POST", "/encounters/{encounter_id}/observations", THERAPIST),
    ("POST", "/encounters/{encounter_id}/measured-now", THERAPIST),
    ("POST", "/encounters/{encounter_id}/devices/{device_id}/user", THERAPIST),
    ("POST", "/encounters/{encounter_id}/symptoms", THERAPIST),
    ("POST", "/encounters/{encounter_id}/help", THERAPIST),
    ("POST", "/encounters/{encounter_id}/notes", THERAPIST),
    ("POST", "/encounters/{encounter_id}/close", THERAPIST),
    ("POST", "/encounters/{encounter_id}/audio-pause", THERAPIST),
    ("POST", "/encounters/{encounter_id}/limits", THERAPIST),
    ("POST", "/encounters/{encounter_id}/baseline", THERAPIST),
    ("POST", "/encounters/{encounter_id}/checks", THERAPIST),
    ("POST", "/encounters/{encounter_id}/hand-over", THERAPIST),
    ("POST", "/encounters/{encounter_id}/take-over", THERAPIST),
    ("GET", "/encounters/{encounter_id}/observations", VIEWER),
    ("GET", "/encounters/{encounter_id}/alarms", VIEWER),
    ("GET", "/encounters/{encounter_id}/episodes", VIEWER),
    ("GET", "/encounters/{encounter_id}/journal", VIEWER),
    ("POST", "/alarms/{alarm_id}/acknowledge", THERAPIST),
    ("POST", "/alarms/{alarm_id}/rate", THERAPIST),
    ("GET", "/alarms/{alarm_id}/notices", VIEWER),
    ("GET", "/encounters/{encounter_id}/burden", VIEWER),
    ("GET", "/burden", VIEWER),
    ("GET", "/push", THERAPIST),
    ("POST", "/push", THERAPIST),
    ("POST", "/push/end", THERAPIST),
    ("GET", "/seat", VIEWER),
    ("GET", "/self-test", VIEWER),
    ("POST", "/self-test", THERAPIST),
    ("GET", "/audit", ADMIN),
    ("POST", "/encounters/{encounter_id}/corrections", THERAPIST),
    ("GET", "/openapi.json", VIEWER),
]


def real(address: str) -> str:
    filled = address.replace("{contact_id}", "7").replace("{alarm_id}", "e1-1")
    return "/api/v1" + filled.replace("{encounter_id}", "e1")


async def ask(client: httpx.AsyncClient, method: str, address: str) -> httpx.Response:
    content = b"{}" if method in {"POST", "PUT", "PATCH"} else None
    headers = {"Content-Type": "application/json"} if content else {}
    return await client.request(method, real(address), content=content, headers=headers)


async def judge(service: Service, method: str, address: str, least: str) -> list[str]:
    """Return the faults of this route; empty if it has none."""
    wrong = []
    for headers in ({}, {"Authorization": "Bearer not-a-token"}):
        async with service.client(None, **headers) as nobody:
            refused = await ask(nobody, method, address)
            if refused.status_code != 401 or refused.json().keys() != {"detail", "because"}:
                wrong.append(f"{method} {address} answers {refused.status_code} to {headers}")
    for user, role in USERS.items():
        async with service.client(user) as client:
            status = (await ask(client, method, address)).status_code
            passes = RANK[role] >= RANK[least]
            if status in {401, 403, 405, 500} if passes else status != 403:
                wrong.append(f"{method} {address} answers {status} to {user}")
    return wrong


async def test_a_route_lets_pass_who_may_and_nobody_else(service: Service) -> None:
    # Sign out last, or no user would be left for the other routes.
    routes = sorted(ROUTES, key=lambda route: route[1] == "/logout")
    assert [w for route in routes for w in await judge(service, *route)] == []


async def test_the_table_above_is_complete(service: Service) -> None:
    async with service.client("vera") as client:
        document = (await client.get("/api/v1/openapi.json")).json()
    served = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in document["paths"].items()
        if path.startswith("/api/v1")
        for method in methods
    }
    hidden = {("GET", "/openapi.json")}
    assert served | hidden == {(m, a) for m, a, _ in ROUTES} | {("POST", "/login")}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            known = {(m, real(a)): least for m, a, least in ROUTES}
            address = real(path.removeprefix("/api/v1"))
            assert operation.get("x-role") == known.get((method.upper(), address))


async def test_what_is_not_there_is_not_told_to_strangers(service: Service) -> None:
    async with service.client() as nobody, service.client("vera") as viewer:
        assert (await nobody.get("/api/v1/unheard-of")).status_code == 401
        missing = await viewer.get("/api/v1/unheard-of")
        assert (missing.status_code, missing.json()) == (404, {"detail": "There is nothing here."})


async def test_a_wrong_body_does_not_tell_more_than_the_role_may_know(service: Service) -> None:
    async with service.client("vera") as viewer:
        refused = await viewer.post(
            "/api/v1/patients", content="{", headers={"Content-Type": "application/json"}
        )
        assert refused.status_code == 403


# --- cookies, origins ---------------------------------------------------------------------------


async def sign_in(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/api/v1/login", json={"username": "theo", "password": PASSWORD})


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(service: Service) -> None:
    async with service.client() as client:
        answered = await sign_in(client)
        assert answered.json()["role"] == "therapist"
        cookie = answered.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Secure" not in cookie  # plain http on loopback; see the next test
        me = await client.get("/api/v1/me")
        assert me.json()["user"] == "theo"


HTTPS = Reached("0.0.0.0", "https://monitor.example", "a-secret-of-scrapers")  # noqa: S104


@pytest_asyncio.fixture
async def published(service: Service) -> AsyncIterator[Published]:
    """The same service as users reach it elsewhere; `published(url, address)` is a client."""
    app = create_app(
        desk=service.desk, outbox=SmallOutbox(service.store), accounts=service.accounts,
        records=service.records, hub=service.hub, sign_ins=service.sign_ins,
        registry=service.registry.__class__(), reached=HTTPS,
        allowed_origins=["https://other.example:8443"],
    )  # fmt: skip
    async with AsyncExitStack() as stack:

        async def client(url: str, address: str = "203.0.113.7") -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=(address, 4711))
            made = httpx.AsyncClient(transport=transport, base_url=url)
            return await stack.enter_async_context(made)

        yield client


@pytest.mark.parametrize(
    ("url", "secure", "home"),
    [
        ("https://monitor.example", True, True),
        ("http://monitor.example", True, True),  # TLS ends before us, without a header about it
        ("https://other.example:8443", True, False),
        ("http://127.0.0.1:8000", False, False),
    ],
)
async def test_where_the_page_is_reached_by_https_cookies_are_bound_to_it(
    published: Published, url: str, secure: bool, home: bool
) -> None:
    client = await published(url)
    answered = await sign_in(client)
    session, known = answered.headers.get_list("Set-Cookie")
    for cookie in (session, known):
        assert (cookie.startswith("__Host-dosing_monitor_"), "Secure" in cookie) == (secure, secure)
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    token = answered.json()["token"]
    for name, accepted in (("", not secure), ("__Host-", secure)):
        headers = {"Cookie": f"{name}dosing_monitor_session={token}"}
        client.cookies.clear()
        status = (await client.get("/api/v1/me", headers=headers)).status_code
        assert (status == 200) is accepted, name
    told = (await client.get("/readyz")).headers.get("Strict-Transport-Security")
    assert told == ("max-age=31536000" if home else None)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:1234", True), ("localhost", True), ("LOCALHOST.:80", True), ("[::1]:80", True),
        ("192.168.1.7:8000", True), ("app.localhost", True), ("a.local", True), ("ward:80", True),
        ("monitor.example", True), ("other.example:8443", True), (socket.gethostname(), True),
        ("evil.example", False), ("monitor.example.evil.example", False),
        ("127.0.0.1.nip.io", False),
        ("localhost.evil.example", False), ("[", False), ("evil.example:80@localhost", True),
    ],
)  # fmt: skip
async def test_a_name_that_anybody_may_let_lead_here_is_not_answered(
    published: Published, host: str, known: bool
) -> None:
    client = await published("http://127.0.0.1", "127.0.0.1")
    headers = {"Host": host}
    for path, status in (("/", 200), ("/metrics", 200), ("/api/v1/me", 401)):
        answered = await client.get(path, headers=headers)
        assert answered.status_code == (status if known else 421), path
        assert known or "DOSING_MONITOR_ORIGINS" in answered.json()["detail"]
    assert (await client.get("/healthz", headers=headers)).status_code == 200


async def test_a_page_of_another_name_gets_no_socket(service: Service) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with service.live("theo", Host="evil.example", Origin="http://evil.example"):
            pass
    assert refused.value.response.status_code == 421


async def test_what_operators_read_wants_a_token_or_this_machine(
    service: Service, published: Published
) -> None:
    near = await published("http://127.0.0.1", "127.0.0.1")
    far = await published("https://monitor.example")
    ways: list[tuple[httpx.AsyncClient, dict[str, str], int]] = [
        (near, {}, 200), (far, {}, 401),
        (far, {"Authorization": "Bearer a-secret-of-scrapers"}, 200),
        (far, {"Authorization": "Bearer a-secret-of-scraper"}, 401),
        (far, {"Authorization": f"Bearer {service.tokens['vera']}"}, 200),
        (far, {"Cookie": f"__Host-dosing_monitor_session={service.tokens['vera']}"}, 200),
        *((near, {name: "for=203.0.113.7"}, 401)
          for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto")),
    ]  # fmt: skip
    for client, headers, status in ways:
        for path in ("/metrics", "/docs"):
            assert (await client.get(path, headers=headers)).status_code == status, headers
    # The token opens only these.
    headers = {"Authorization": "Bearer a-secret-of-scrapers"}
    assert (await far.get("/api/v1/openapi.json", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("reached", "warned"),
    [
        (Reached(), False), (Reached("::1"), False), (Reached("0.0.0.0"), True),  # noqa: S104
        (Reached("192.168.1.7", "http://monitor.example"), True), (HTTPS, False),
    ],
)  # fmt: skip
def test_passwords_in_the_clear_are_warned_of(reached: Reached, warned: bool) -> None:
    assert [("in the clear" in text) for text in reached.warnings] == [True] * warned


ORIGINS = {
    "{own}": 201,
    "http://evil.example": 403,
    "null": 403,
    "http://127.0.0.1": 403,
    "http://127.0.0.1:1": 403,
    "http://localhost:{port}": 403,
    "{own}.evil.example": 403,
    "nonsense": 403,
    "http://[": 403,
    "file://": 403,
}


async def test_a_foreign_page_cannot_act_with_the_cookie(service: Service) -> None:
    async with service.client() as client:
        await sign_in(client)
        assert (await client.post("/api/v1/patients", json={"label": "K"})).status_code == 201
        for number, (form, status) in enumerate(ORIGINS.items()):
            headers = {"Origin": form.format(own=service.url, port=service.port)}
            body = {"label": f"K-{number}"}
            answered = await client.post("/api/v1/patients", json=body, headers=headers)
            assert answered.status_code == status, form
            # Reading is harmless: the browser hides the answer from the foreign page.
            assert (await client.get("/api/v1/me", headers=headers)).status_code == 200


async def test_a_browser_that_sends_no_origin_still_says_where_it_stands(service: Service) -> None:
    async with service.client() as client:
        await sign_in(client)
        headers = {"Sec-Fetch-Site": "cross-site"}
        answered = await client.post("/api/v1/patients", json={"label": "K-1"}, headers=headers)
        assert answered.status_code == 403


async def test_a_program_with_a_token_may_come_from_anywhere(service: Service) -> None:
    async with service.client("theo", Origin="http://evil.example") as client:
        answered = await client.post("/api/v1/patients", json={"label": "K-1"})
        assert answered.status_code == 201


async def test_a_foreign_page_cannot_sign_anybody_in(service: Service) -> None:
    async with service.client(Origin="http://evil.example") as client:
        assert (await sign_in(client)).status_code == 403


# --- the WebSocket ------------------------------------------------------------------------------


@pytest.mark.parametrize("user", USERS)
async def test_everybody_signed_in_may_watch(service: Service, user: str) -> None:
    async with service.live(user) as socket:
        assert '"type":"snapshot"' in str(await socket.recv())


async def test_a_browser_watches_with_its_cookie(service: Service) -> None:
    async with service.client() as client:
        await sign_in(client)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    async with service.live(None, Cookie=cookie, Origin=service.url) as socket:
        assert '"type":"snapshot"' in str(await socket.recv())


@pytest.mark.parametrize(
    ("user", "headers", "status"),
    [
        (None, {}, 401),
        (None, {"Authorization": "Bearer not-a-token"}, 401),
        (None, {"Origin": "http://evil.example"}, 403),
        ("theo", {"Origin": "http://evil.example"}, 403),
        ("theo", {"Origin": "null"}, 403),
    ],
)
async def test_nobody_else_does(
    service: Service, user: str | None, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with service.live(user, **headers):
            pass
    assert refused.value.response.status_code == status
    assert b'{"detail":' in bytes(refused.value.response.body or b"")


async def test_a_disabled_user_is_out_at_once(service: Service) -> None:
    from monitor.adapters.store.questions import users

    async with service.client("theo") as client:
        assert (await client.get("/api/v1/me")).status_code == 200
        await service.store.write(users.change_user, "theo", disabled=True)
        assert (await client.get("/api/v1/me")).status_code == 401
        assert (await sign_in(client)).status_code == 401
