"""Routes to sign in and out, show the signed-in user, change passwords, and manage users."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.adapters.http.errors import Invalid
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.passwords.passwords import Passwords
from monitor.adapters.http.guard.passwords.proving import NotNow, Proving
from monitor.adapters.http.guard.passwords.slow_down import asker_of
from monitor.adapters.http.guard.passwords.weak import why_weak
from monitor.adapters.http.guard.request_guard import Guarded, role, who
from monitor.adapters.http.guard.sign_ins import Person, SignIns
from monitor.adapters.http.ports.desk import Desk
from monitor.adapters.http.schema import responses, rows
from monitor.adapters.http.schema.answers import (
    answer,
    api_router,
    because,
    everything,
    refuses,
)
from monitor.adapters.http.schema.requests import (
    ChangedPassword,
    ChangedPhone,
    ChangedUser,
    Login,
    NewUser,
    Proof,
)
from monitor.adapters.http.schema.responses import says
from monitor.adapters.live.hub import Hub
from monitor.adapters.store.questions.users import User
from monitor.codecs.contract.wire import iso
from monitor.core.vocabulary.reasons import Reason, plain

NOBODY_YET: Final = Reason("no_user_yet")
WRONG: Final = Reason("not_your_password")


class SignIn:
    """Signs a user in, and checks a password that is given again."""

    def __init__(
        self, accounts: Accounts, proving: Proving, sign_ins: SignIns, cookies: Cookies
    ) -> None:
        self._accounts = accounts
        self._proving = proving
        self._sign_ins = sign_ins
        self._cookies = cookies

    async def __call__(self, body: Login, request: Request) -> Response:
        try:
            user = await self._proving.user(request, body.username, body.password)
        except NotNow as not_now:
            return not_now.answer()
        if user is None:
            if not await self._accounts.any():
                return because(401, NOBODY_YET)
            return because(401, Reason("sign_in_wrong"))
        return await self._welcome(user, request)

    async def _welcome(self, user: User, request: Request) -> Response:
        before = await self._proving.known(request, user.name)
        token, expires = await self._sign_ins.open(user, known=before is not None)
        response = answer({
            "token": token, "user": user.name, "role": user.role, "expires": iso(expires),
            "must_change_password": user.reset_at is not None,
        })  # fmt: skip
        self._cookies.keep_signed_in(response, token, request.scope)
        await self._proving.remember(response, request, user.name, before)
        return response

    async def proves(self, person: Person, password: str, request: Request) -> Response | None:
        """Return the refusal; None: it is that person's password."""
        try:
            user = await self._proving.user(request, person.name, password)
        except NotNow as not_now:
            return not_now.answer()
        return because(403, WRONG) if user is None else None


def open_routes(sign_in: SignIn) -> APIRouter:
    """The one route that requires no sign-in."""
    router = api_router("session")

    @router.post("/login", responses={**says(responses.SignedIn), **refuses(401)})
    async def login(body: Login, request: Request) -> Response:
        """Sign in. Returns a token and sets it as a cookie."""
        return await sign_in(body, request)

    return router


def own_routes(
    sign_in: SignIn, passwords: Passwords, sign_ins: SignIns, hub: Hub, cookies: Cookies
) -> APIRouter:
    """Routes for a person's own sign-in; open however old that is."""
    router = api_router("session", route_class=Guarded)

    @router.post("/logout", openapi_extra=role("viewer"), responses=says(responses.Nothing))
    async def logout(request: Request) -> Response:
        """Sign out, and close the pages that use this sign-in."""
        person = who(request)
        await sign_ins.close(person.sign_in)
        hub.end_sign_in(person.sign_in)
        response = answer({})
        cookies.sign_out(response, request.scope)
        return response

    @router.post("/confirm", openapi_extra=role("viewer"), responses=says(responses.Confirmed))
    async def confirm(body: Proof, request: Request) -> Response:
        """Give the password again after the sign-in has ended: it then allows acts for as long as a
        new one. 403: wrong password."""
        person = who(request)
        refused = await sign_in.proves(person, body.password, request)
        if refused is not None:
            return refused
        until = await sign_ins.prove(person.sign_in)
        return answer({"acts_until": iso(until)})

    @router.post("/me/password", openapi_extra=role("viewer"), responses=says(responses.Nothing))
    async def my_password(body: ChangedPassword, request: Request) -> Response:
        """Change your own password. Your other sign-ins end; a page among them that watches an open
        session continues to look on, and requires the new password before an act."""
        person = who(request)
        refused = await sign_in.proves(person, body.password, request)
        if refused is not None:
            return refused
        _check("new_password", person.name, body.new_password)
        if body.new_password == body.password:
            raise Invalid("new_password", Reason("same_password"))
        asker = asker_of(request, person.name, person.sign_in)
        hashed = await passwords.hash(body.new_password, asker)
        await sign_ins.new_password(person, hashed)
        return answer({})

    return router


def _check(field: str, name: str, password: str) -> None:
    """Raises Invalid."""
    why = why_weak(name, password)
    if why:
        raise Invalid(field, plain(why))


def routes(desk: Desk, accounts: Accounts, passwords: Passwords, sign_ins: SignIns) -> APIRouter:
    router = api_router("session", route_class=Guarded)

    @router.get("/me", openapi_extra=role("viewer"), responses=says(responses.Me))
    async def me(request: Request) -> Response:
        """Return the signed-in user, the end of the sign-in, and facts about the service."""
        person = who(request)
        return answer(
            {
                "user": person.name,
                "role": person.role,
                "expires": iso(person.expires),
                "acts_until": iso(person.acts_until),
                "must_change_password": person.must_change and person.proven,
                "phone": person.phone,
                "service": desk.facts(),
            }
        )

    @router.patch("/me", openapi_extra=role("viewer"), responses=says(responses.UserResponse))
    async def my_phone(body: ChangedPhone, request: Request) -> Response:
        """Set the number under which the person on call reaches you; null: no number."""
        name = who(request).name
        return answer(rows.user(await accounts.set_phone(name, body.phone, by=name)))

    @router.get("/users", openapi_extra=role("admin"), responses=says(responses.Users))
    async def users() -> Response:
        """List all users."""
        found = await accounts.users()
        return everything([rows.user(user) for user in found])

    @router.post(
        "/users",
        status_code=201,
        openapi_extra=role("admin"),
        responses=says(responses.UserResponse, 201),
    )
    async def add_user(body: NewUser, request: Request) -> Response:
        """Add a user. The password must have at least eight characters and not be a common one."""
        _check("password", body.username, body.password)
        hashed = await passwords.hash(body.password)
        by = who(request).name
        made = await accounts.add_user(body.username, body.role, hashed, by, body.phone)
        return answer(rows.user(made), 201)

    @router.patch(
        "/users/{username}", openapi_extra=role("admin"), responses=says(responses.UserResponse)
    )
    async def change_user(username: str, body: ChangedUser, request: Request) -> Response:
        """Change a user's role, password or access; it applies to open pages immediately. A new
        password, and `must_change_password`, end that user's sign-ins; a page that watches an open
        session continues to look on, and allows no acts. Disabling ends that too. The last
        administrator who may sign in stays one. `phone`: the number under which the person on call
        reaches this user; null: no number."""
        if body.password:
            _check("password", username, body.password)
        hashed = await passwords.hash(body.password) if body.password else None
        by = who(request).name
        given = body.model_fields_set
        changed = None
        if given != {"phone"}:  # the part that may be refused comes first
            changed = await accounts.change_user(
                username, body.role, hashed, body.disabled, by,
                reset=body.must_change_password, watched=sign_ins.watching(),
            )  # fmt: skip
            await sign_ins.follow(username)
        if changed is None or "phone" in given:
            changed = await accounts.set_phone(username, body.phone, by=by)
        return answer(rows.user(changed))

    return router
