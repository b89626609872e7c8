"""The list of users who may take a session over, so that no session is offered by a slip to a user
who may not run it."""

from fastapi import APIRouter
from starlette.responses import Response

from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.http.guard.request_guard import Guarded, role
from monitor.adapters.http.ports.notices import NoticesPort
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import api_router, everything
from monitor.adapters.http.schema.responses import says
from monitor.adapters.http.schema.rows import Json
from monitor.adapters.live.hub import Hub
from monitor.adapters.store.questions.users import User


def routes(accounts: Accounts, hub: Hub, outbox: NoticesPort) -> APIRouter:
    router = api_router("session", route_class=Guarded)

    @router.get("/takers", openapi_extra=role("therapist"), responses=says(responses.Takers))
    async def takers() -> Response:
        """List all users who may run a session, those at a page or on duty first. `audible`: alarms
        can be heard at one of that person's pages."""
        on_duty = outbox.on_duty()
        found = [
            _taker(user, hub, on_duty) for user in await accounts.users() if user.runs_sessions
        ]
        return everything(sorted(found, key=_at_hand_first))

    return router


def _taker(user: User, hub: Hub, on_duty: frozenset[str]) -> Json:
    pages = [page for page in hub.presence() if page.user == user.name]
    return {
        "username": user.name, "role": user.role, "here": bool(pages),
        "audible": any(page.audible for page in pages), "on_duty": user.name in on_duty,
    }  # fmt: skip


def _at_hand_first(taker: Json) -> tuple[bool, bool, str]:
    return not taker["here"], not taker["on_duty"], taker["username"]
