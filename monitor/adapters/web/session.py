"""Sign in, sign out, who am I; the users."""

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.adapters.live import Hub
from monitor.adapters.store.people import User
from monitor.adapters.web import answered, rows
from monitor.adapters.web.accounts import Accounts
from monitor.adapters.web.answered import says
from monitor.adapters.web.answers import answer, everything, refusal
from monitor.adapters.web.desk import Desk
from monitor.adapters.web.failures import Failures, Slowed, client_address
from monitor.adapters.web.models import ChangedPhone, ChangedUser, Login, NewUser
from monitor.adapters.web.passwords import Busy, Passwords
from monitor.adapters.web.security import COOKIE, Guarded, keep_signed_in, role, who
from monitor.adapters.web.sessions import Sessions
from monitor.codecs.wire import iso

NOBODY_YET = (
    "There is no user yet. Where the service was started it told a link to make the first one."
)

log = structlog.get_logger(__name__)


class SignIn:
    """One attempt to sign in: slowed down after failures, as costly for an unknown name."""

    def __init__(
        self, accounts: Accounts, passwords: Passwords, sessions: Sessions, failures: Failures
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self._failures = failures

    async def __call__(self, body: Login, request: Request) -> Response:
        try:
            with self._failures.attempt(request, body.username, self._accounts.now()) as trying:
                user = await self._accounts.user(body.username)
                stored = user.password_hash if user and not user.disabled else None
                trying.failed = not await self._passwords.matches(body.password, stored)
        except Slowed as slowed:
            self._accounts.trail.slowed()
            log.warning("sign-in slowed down", address=client_address(request))
            return refusal(
                429,
                f"Too many failed sign-ins. Try again in {slowed.wait} seconds.",
                {"Retry-After": str(slowed.wait)},
            )
        except Busy:
            return refusal(503, "Too many sign-ins at once. Try again.", {"Retry-After": "2"})
        if trying.failed or user is None:
            self._accounts.trail.failed(None if user is None else user.name)
            if user is None and not await self._accounts.any():
                return refusal(401, NOBODY_YET)
            return refusal(401, "User name or password is wrong.")
        return await self._welcome(user, request)

    async def _welcome(self, user: User, request: Request) -> Response:
        token, expires = await self._sessions.open(user)
        body = {"token": token, "user": user.name, "role": user.role, "expires": iso(expires)}
        response = answer(body)
        keep_signed_in(response, token, request)
        return response


def open_routes(sign_in: SignIn) -> APIRouter:
    """The one route that asks for no session."""
    router = APIRouter(tags=["session"])

    @router.post("/login", responses=says(answered.SignedIn))
    async def login(body: Login, request: Request) -> Response:
        """Sign in. Answers a token and sets it as a cookie."""
        return await sign_in(body, request)

    return router


def routes(
    desk: Desk, accounts: Accounts, passwords: Passwords, sessions: Sessions, hub: Hub
) -> APIRouter:
    router = APIRouter(tags=["session"], route_class=Guarded)

    @router.post("/logout", openapi_extra=role("viewer"), responses=says(answered.Nothing))
    async def logout(request: Request) -> Response:
        """End this session, and the pages that live on it."""
        session = who(request).session
        await sessions.close(session)
        hub.end_session(session)
        response = answer({})
        response.delete_cookie(COOKIE)
        return response

    @router.get("/me", openapi_extra=role("viewer"), responses=says(answered.Me))
    async def me(request: Request) -> Response:
        """Who is signed in, until when, and what kind of service this is."""
        person = who(request)
        return answer(
            {
                "user": person.name,
                "role": person.role,
                "expires": iso(person.expires),
                "phone": person.phone,
                "service": desk.facts(),
            }
        )

    @router.patch("/me", openapi_extra=role("viewer"), responses=says(answered.User))
    async def my_phone(body: ChangedPhone, request: Request) -> Response:
        """Where whoever is on call reaches you; null: nowhere."""
        name = who(request).name
        return answer(rows.user(await accounts.set_phone(name, body.phone, by=name)))

    @router.get("/users", openapi_extra=role("admin"), responses=says(answered.Users))
    async def users() -> Response:
        """Everybody who may sign in."""
        found = await accounts.users()
        return everything([rows.user(user) for user in found])

    @router.post(
        "/users", status_code=201, openapi_extra=role("admin"), responses=says(answered.User, 201)
    )
    async def add_user(body: NewUser, request: Request) -> Response:
        """Let somebody sign in. The password has at least eight characters."""
        hashed = await passwords.hash(body.password)
        by = who(request).name
        made = await accounts.add_user(body.username, body.role, hashed, by, body.phone)
        return answer(rows.user(made), 201)

    @router.patch("/users/{username}", openapi_extra=role("admin"), responses=says(answered.User))
    async def change_user(username: str, body: ChangedUser, request: Request) -> Response:
        """Another role or password, or no entry at all. A new password, and being disabled, end
        what that person has open. The last administrator who may sign in stays one. `phone`: where
        whoever is on call reaches this person; null: nowhere."""
        hashed = await passwords.hash(body.password) if body.password else None
        by = who(request).name
        given = body.model_fields_set
        changed = None
        if given != {"phone"}:  # what may be refused comes first
            changed = await accounts.change_user(username, body.role, hashed, body.disabled, by)
        if changed is None or "phone" in given:
            changed = await accounts.set_phone(username, body.phone, by=by)
        return answer(rows.user(changed))

    return router
