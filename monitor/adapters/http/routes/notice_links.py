"""/n/…: the page behind a notice's link. Plain and without a script, for any telephone.

Opening it acknowledges no alarm: mail programs and chat services open links by themselves. A person
proves who they are, by being signed in, by signing in, or by the contact's PIN, sees the session,
and then takes it or declines. The proof by a PIN passes from one press to the next in the form's
body, never in an address.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from monitor.adapters.http.errors import Unknown
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.passwords.known import KnownBrowser
from monitor.adapters.http.guard.passwords.proving import NotNow, Proving
from monitor.adapters.http.guard.request_guard import ASKED_NEW, OTHER_SITES
from monitor.adapters.http.guard.sign_ins import Person, SignIns, TooManyWatch
from monitor.adapters.http.guard.trail import Trail
from monitor.adapters.http.ports.notices import Linked, NoticesPort
from monitor.adapters.http.routes import notice_page
from monitor.adapters.store import StoreError
from monitor.codecs.contract.phones import dialled
from monitor.core.sentences.english import english, why_not
from monitor.core.vocabulary.refusals import Refused

_ELSEWHERE: Final = "<p>{}</p><p>Open the page and acknowledge the alarm there.</p>"
_NOT_RIGHT: Final = "That is not right. Nothing was acknowledged."
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# A PIN is short: after this many wrong ones, from any addresses, the link requires a sign-in.
PINS_A_LINK: Final = 8
# Ways that rely on an earlier proof of identity.
PROVEN: Final = ("grant", "session")


class _Denied(Exception):
    """The person could not be identified: the sentence, and the status."""

    def __init__(self, text: str, status: int) -> None:
        self.text = text
        self.status = status
        super().__init__(text)


class Who(Struct, frozen=True):
    """The person who presses a button. token: of the sign-in by this press, for the browser to
    keep; grant: given to the browser after a right PIN, and sent back by it. sign_in: distinguishes
    this sign-in from others. browser: its proof of being known before."""

    name: str
    signed_in: bool = False
    token: str = ""
    grant: str = ""
    sign_in: str = ""
    browser: KnownBrowser | None = None


class Identify:
    """Identify the person who presses the button. Raises _Denied. proving: shared with the
    sign-in."""

    def __init__(
        self, proving: Proving, sign_ins: SignIns, cookies: Cookies, trail: Trail,
        granted: Callable[[Linked, str], bool],
    ) -> None:  # fmt: skip
        self._granted = granted
        self._proving = proving
        self._sign_ins = sign_ins
        self._cookies = cookies
        self.trail: Final = trail
        self._wrong: Counter[str] = Counter()

    def takes_pin(self, linked: Linked) -> bool:
        return linked.pin_hash is not None and self._wrong[linked.message] < PINS_A_LINK

    async def signed_in(self, request: Request) -> Person | None:
        """Return the user signed in by this browser, if that user may act."""
        person = await self._sign_ins.find(self._cookies.sign_in(request.scope))
        return person if person is not None and person.acts_as("therapist") else None

    async def __call__(self, request: Request, linked: Linked, given: dict[str, str]) -> Who:
        if given.get("way") == "session":
            person = await self.signed_in(request)
            if person is None:
                raise _Denied("Nobody who may act is signed in here.", 403)
            return Who(person.name, signed_in=True, sign_in=person.sign_in)
        if given.get("way") == "grant":
            grant = given.get("grant", "")
            if not self._granted(linked, grant):
                raise _Denied("Some time has passed. Say once more who you are.", 403)
            return Who(f"{linked.name} (by PIN)", grant=grant)
        if given.get("way") == "pin":
            if not self.takes_pin(linked):
                raise _Denied("This link takes no PIN. Sign in instead.", 403)
            self._wrong[linked.message] += 1  # undone if right; parallel attempts all count
            account = f"contact {linked.contact}"
            try:
                right = await self._proving.secret(
                    request, account, given.get("pin", ""), linked.pin_hash
                )
            except NotNow as not_now:  # the PIN was not checked
                self._wrong[linked.message] -= 1
                raise _Denied(not_now.text, not_now.status) from None
            if not right:
                raise _Denied(_NOT_RIGHT, 403)
            self._wrong[linked.message] -= 1
            return Who(f"{linked.name} (by PIN)")
        return await self._signs_in(request, linked, given)

    async def _signs_in(self, request: Request, linked: Linked, given: dict[str, str]) -> Who:
        name = given.get("username", "")
        try:
            user = await self._proving.user(request, name, given.get("password", ""))
            if user is None:
                raise _Denied(_NOT_RIGHT, 403)
            if not user.runs_sessions:
                self.trail.failed(name)
                raise _Denied(_NOT_RIGHT, 403)
            if user.reset_at is not None:
                self.trail.failed(name)
                raise _Denied(f"{english(ASKED_NEW)} Open the page and sign in there.", 403)
            if linked.purpose == "test":
                return Who(name)
            before = await self._proving.known(request, name)
            token, _ = await self._sign_ins.open(user, known=before is not None)
        except NotNow as not_now:
            raise _Denied(not_now.text, not_now.status) from None
        except TooManyWatch as error:
            raise _Denied(str(error), 409) from None
        return Who(name, signed_in=True, token=token, sign_in=linked.message, browser=before)

    async def keep(self, response: Response, who: Who, request: Request) -> None:
        """Keep the sign-in in the browser."""
        self._cookies.keep_signed_in(response, who.token, request.scope)
        await self._proving.remember(response, request, who.name, who.browser)


def routes(outbox: NoticesPort, identify: Identify) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/n/{token}")
    async def look(token: str, request: Request) -> Response:
        """Show the notice and the ways to identify oneself; to a signed-in person, the session."""
        try:
            linked = await outbox.linked(token, opened=True)
            if (person := await identify.signed_in(request)) is not None:
                seen = await outbox.seen(linked, private=True)
                if seen is not None:
                    identify.trail.shown(person, "emergency_read", (linked.encounter,))
                    return notice_page.shown(linked, seen)
        except (Unknown, StoreError) as error:
            return _not_there(error)
        return notice_page.asked(linked, pin=identify.takes_pin(linked))

    @router.post("/n/{token}")
    async def act(token: str, request: Request) -> Response:
        """Look, take, or decline, as the identified person."""
        if request.headers.get("sec-fetch-site") in OTHER_SITES:
            return notice_page.page(
                "Refused", "<p>This comes from a page of another origin.</p>", 403
            )
        try:
            linked = await outbox.linked(token, opened=False)
            return await _Act(outbox, identify, linked, request).answer()
        except (Unknown, StoreError) as error:
            return _not_there(error)

    return router


class _Act:
    """One press of a button, and the page that it leads to."""

    def __init__(
        self, outbox: NoticesPort, identify: Identify, linked: Linked, request: Request
    ) -> None:
        self._outbox = outbox
        self._identify = identify
        self._linked = linked
        self._request = request

    async def answer(self) -> Response:
        linked, who = self._linked, None
        try:
            given = await _fields(self._request)
            if linked.state != "open" and given.get("way") not in PROVEN:
                # A closed link must not reveal whether a PIN or a password is right.
                return notice_page.asked(linked, status=409)
            who = await self._identify(self._request, linked, given)
            response = await self._done(who, given)
        except _Denied as denied:
            pin = self._identify.takes_pin(linked)
            return notice_page.asked(linked, denied.text, denied.status, pin=pin)
        except Refused as refused:
            response = await self._page(who, why_not(refused), 409)
        if who is not None and who.token:
            await self._identify.keep(response, who, self._request)
        return response

    async def _done(self, who: "Who", given: dict[str, str]) -> Response:
        linked, act, looked = self._linked, given.get("act", "take"), given.get("seen") == "1"
        if act == "take" and not looked and not notice_page.may_take_blind(linked):
            return await self._page(who, "Look first. Nothing was acknowledged yet.")
        if act == "take":
            await self._outbox.use(linked, by=who.name)
            if linked.purpose == "test":
                return notice_page.page("Done", "<p>It arrived. Thank you.</p>", 200, linked)
            if who.signed_in and looked:
                return RedirectResponse(f"/#/session/{linked.encounter}", 303)
            return await self._page(who, f"Acknowledged by {who.name}. {_next(linked, who)}")
        if act == "decline":
            told = await self._outbox.decline(linked, by=who.name)
            return await self._page(who, _declined(told))
        return await self._page(who)

    async def _page(self, who: "Who | None", said: str = "", status: int = 200) -> Response:
        """Show the session after the act."""
        linked = await self._outbox.linked(self._request.path_params["token"], opened=False)
        signed_in = who is not None and who.signed_in
        seen = await self._outbox.seen(linked, private=signed_in)
        if seen is None:
            body = notice_page.paragraphs(linked.lines) + notice_page.told(said)
            return notice_page.page("Nothing to do", body, status, linked)
        if who is not None and signed_in:
            self._identify.trail.shown(who, "emergency_read", (linked.encounter,))
        # An existing grant is not renewed: a PIN is valid for a while, however often the person
        # looks.
        grant = "" if signed_in or who is None else who.grant or self._outbox.grant(linked)
        return notice_page.shown(linked, seen, said, status, grant=grant)


def _next(linked: Linked, who: Who) -> str:
    """Return the next step after the alarm was taken, in one sentence."""
    if dialled(linked.phone):
        return f"Now call {linked.supervisor} and say that you have it."
    if who.signed_in:
        return "Now call the patient or open the session: nobody else is told any more."
    return "Now sign in below: the patient's phone and address are on the session's page."


def _declined(told: list[str]) -> str:
    stands = "The alarm stands until somebody takes it."
    if told:
        names = " and ".join(told)
        return f"{names} {'is' if len(told) == 1 else 'are'} told now. {stands}"
    return f"Nobody else is left who could be told. {stands} Call whoever supervises."


def _not_there(error: Exception) -> Response:
    if isinstance(error, Unknown):
        words = _ELSEWHERE.format("This link is not whole, or not ours.")
        return notice_page.page("No such notice", words, 404)
    words = _ELSEWHERE.format("The database does not answer at the moment.")
    return notice_page.page("Not now", words, 503)


async def _fields(request: Request) -> dict[str, str]:
    """Parse the form. Raises _Denied for content that no form of ours sends."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        given = {name: values[-1] for name, values in parse_qs(body, max_num_fields=10).items()}
    except ValueError:
        raise _Denied("That is no form of this page.", 400) from None
    if any(_CONTROL.search(value) or len(value) > 256 for value in given.values()):
        raise _Denied("That is no form of this page.", 400)
    return given
