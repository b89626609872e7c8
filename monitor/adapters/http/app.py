"""Join the routes, the middleware in front of them and the page's files into one ASGI app."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from monitor.adapters.http.doors.body_limit import BodyLimit
from monitor.adapters.http.doors.hosts import Hosts, known_names
from monitor.adapters.http.doors.reached import Reached
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.headers import SecurityHeaders
from monitor.adapters.http.guard.operators import Operators
from monitor.adapters.http.guard.passwords.passwords import Passwords
from monitor.adapters.http.guard.passwords.proving import Proving
from monitor.adapters.http.guard.passwords.slow_down import FailedSignIns
from monitor.adapters.http.guard.request_guard import RequestGuard
from monitor.adapters.http.guard.request_turns import RequestTurns
from monitor.adapters.http.guard.sign_ins import Person, SignIns
from monitor.adapters.http.guard.trail import Trail
from monitor.adapters.http.listings import Records
from monitor.adapters.http.ports.desk import Desk
from monitor.adapters.http.ports.notices import NoticesPort
from monitor.adapters.http.routes import clinic, contacts, docs, health, live, notice_links, sign_in
from monitor.adapters.http.routes.first_run import FirstRunPort, first_run_routes
from monitor.adapters.http.routes.records import alarm_routes, histories
from monitor.adapters.http.routes.sessions import corrections, cuffs, encounters, takers
from monitor.adapters.http.schema import answers
from monitor.adapters.http.static import PageFiles
from monitor.adapters.live.hub import Hub

PAGE: Final = Path(__file__).resolve().parents[2] / "page"
SMALL_BYTES: Final = 500  # a smaller file does not profit from compression


def create_app(  # noqa: PLR0913 - each is a neighbour, named by who calls
    *,
    desk: Desk,
    outbox: NoticesPort,
    accounts: Accounts,
    records: Records,
    hub: Hub,
    sign_ins: SignIns,
    registry: CollectorRegistry,
    page: Path = PAGE,
    allowed_origins: Iterable[str] = (),
    first_run: FirstRunPort | None = None,
    reached: Reached = Reached(),  # noqa: B008 - frozen
) -> FastAPI:
    """Return the complete ASGI app; the caller runs it beside `hub.run` and `watch_sign_ins`.

    sign_ins          shared with `watch_sign_ins`
    registry          source of /metrics; this app registers its own counters there
    allowed_origins   further origins whose pages may act, as "https://monitor.example"; needed
                      only behind a proxy that rewrites the Host header
    first_run         the link that creates the first administrator; None: there is no such link
    reached           the addresses and names under which people reach the service
    """
    passwords = Passwords()
    origins = frozenset(allowed_origins)
    cookies = Cookies(reached.public_url)
    names = known_names(reached.http_host, [reached.public_url, *origins])
    app = FastAPI(
        title="Dosing Monitor",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(SecurityHeaders, registry=registry, cookies=cookies),
            Middleware(BodyLimit),
            Middleware(Hosts, names=names, now=accounts.now),
            Middleware(RequestGuard, sign_ins=sign_ins, origins=origins, cookies=cookies),
            Middleware(RequestTurns),
        ],
    )
    answers.install(app)
    app.state.trail = accounts.trail
    failures = FailedSignIns()  # one count for all routes that check a password or link
    proving = Proving(accounts, passwords, failures, cookies)
    signing_in = sign_in.SignIn(accounts, proving, sign_ins, cookies)
    identify = notice_links.Identify(proving, sign_ins, cookies, accounts.trail, outbox.granted)
    operators = Operators(sign_ins, cookies, reached.metrics_token)
    for router in (
        sign_in.open_routes(signing_in),
        sign_in.own_routes(signing_in, passwords, sign_ins, hub, cookies),
        sign_in.routes(desk, accounts, passwords, sign_ins),
        takers.routes(accounts, hub, outbox),
        clinic.patients(desk, records),
        clinic.devices(desk, records),
        contacts.contacts(records, outbox, accounts, passwords),
        contacts.tests(outbox),
        contacts.browsers(outbox),
        encounters.sessions(desk, accounts.trail),
        encounters.acts(desk),
        encounters.team(desk),
        corrections.corrections(desk),
        corrections.audits(records),
        cuffs.cuffs(desk),
        histories(records),
        alarm_routes(desk, records),
        health.self_tests(desk, reached.warnings),
        docs.machine_routes(app),
        live.routes(hub, partial(_watches, accounts.trail, desk)),
        live.seats(hub),
        health.routes(desk, registry, operators, reached.warnings),
        docs.routes(app, operators),
        notice_links.routes(outbox, identify),
        *([first_run_routes(first_run, accounts, passwords, failures)] if first_run else []),
    ):
        # Not `include_router`: it builds each route a second time, at the first request, and each
        # request would be matched in every router.
        app.router.routes += router.routes
    # Compress the page's files only: the length of a compressed answer can reveal a secret in it.
    app.mount("/", GZipMiddleware(PageFiles(page), minimum_size=SMALL_BYTES), name="page")
    return app


def _watches(trail: Trail, desk: Desk, person: Person) -> None:
    """Record that a page which connects sees every open session, with emergency contact and
    address."""
    trail.shown(person, "emergency_read", desk.open_sessions())
