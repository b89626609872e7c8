"""Verify passwords and PINs: budgets, fair turns, known browsers.

All code that requires a password or PIN uses this module, so that no way in is wider than another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from starlette.requests import Request, cookie_parser
from starlette.responses import Response

from monitor.adapters.http.errors import Busy, Unavailable
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.passwords.known import LASTS_S, KnownBrowser
from monitor.adapters.http.guard.passwords.passwords import Asker, Passwords
from monitor.adapters.http.guard.passwords.slow_down import (
    FailedSignIns,
    Slowed,
    Trying,
    asker_of,
    client_address,
)
from monitor.adapters.http.schema.answers import because
from monitor.adapters.store.questions.users import User
from monitor.adapters.store.tables.store_errors import StoreError
from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import Reason

LOG_EVERY_S: Final = 60.0

log = structlog.get_logger(__name__)


class NotNow(Exception):
    """The input was not checked: the reason, the status, and after how many seconds to retry."""

    def __init__(self, reason: Reason, status: int, wait: int) -> None:
        self.reason = reason
        self.text = english(reason)
        self.status = status
        self.wait = wait
        super().__init__(self.text)

    def answer(self) -> Response:
        return because(self.status, self.reason, {"Retry-After": str(self.wait)})


class Proving:
    def __init__(
        self, accounts: Accounts, passwords: Passwords, failures: FailedSignIns, cookies: Cookies
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._failures = failures
        self._cookies = cookies
        self._logged = 0.0

    async def user(self, request: Request, name: str, password: str) -> User | None:
        """Return the user who may sign in with these; None: no such user. Raises NotNow."""
        browser = await self.known(request, name)
        user = None
        asker = asker_of(request, name, browser.number if browser is not None else "")
        with self._attempt(request, asker) as trying:
            user = await self._accounts.user(name)
            stored = user.password_hash if user and not user.disabled else None
            trying.failed = not await self._passwords.matches(password, stored, trying.asker)
        if trying.failed:
            self._accounts.trail.failed(None if user is None else user.name)
            return None
        return user

    async def secret(self, request: Request, account: str, said: str, stored: str | None) -> bool:
        """Whether a secret that belongs to no user, such as a PIN, is right. Raises NotNow."""
        with self._attempt(request, asker_of(request, account)) as trying:
            trying.failed = not await self._passwords.matches(said, stored, trying.asker)
        if trying.failed:
            self._accounts.trail.failed(None if stored is None else account)
        return not trying.failed

    @contextmanager
    def _attempt(self, request: Request, asker: Asker) -> Iterator[Trying]:
        """Count one attempt. Raises NotNow instead of beginning it, or if no turn is free."""
        try:
            with self._failures.attempt(asker, self._accounts.now()) as trying:
                yield trying
        except (Slowed, Busy) as error:
            raise self._not_now(error, request) from None

    async def known(self, request: Request, name: str) -> KnownBrowser | None:
        """Return the proof that this user signed in from this browser before, or None. Looks the
        user up only if the cookie is genuine, so that strangers cost no query here."""
        given = cookie_parser(request.headers.get("cookie", ""))
        try:
            browsers = await self._accounts.known_browsers()
        except (StoreError, Unavailable):
            return None
        cookie = given.get(self._cookies.name(browsers.name(name), request.scope), "")
        found = browsers.proves(cookie, name, self._accounts.now()) if cookie else None
        if found is None:
            return None
        user = await self._accounts.user(name)
        if user is None or found.since < (user.browsers_since or 0.0):
            return None
        return found

    async def remember(
        self, response: Response, request: Request, name: str, before: KnownBrowser | None
    ) -> None:
        """Set the cookie that makes this browser known to the user. before: its earlier proof."""
        try:
            browsers = await self._accounts.known_browsers()
        except (StoreError, Unavailable):
            return  # the sign-in succeeds without the cookie
        cookie = browsers.cookie(name, self._accounts.now(), before)
        self._cookies.set(response, browsers.name(name), cookie, request.scope, int(LASTS_S))

    def _not_now(self, error: Slowed | Busy, request: Request) -> NotNow:
        self._accounts.trail.turned_away()
        if isinstance(error, Busy):
            return NotNow(Reason("sign_ins_wait"), 503, 2)
        now = self._accounts.now()
        if not 0 <= now - self._logged < LOG_EVERY_S:  # a flood must not fill the log
            self._logged = now
            log.warning("sign-in slowed down", address=client_address(request))
        return NotNow(Reason("sign_ins_often", {"seconds": error.wait}), 429, error.wait)
