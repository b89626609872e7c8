"""Cookie that proves that a user signed in from this browser before, and that grants no access.

The limits that slow down a stranger who guesses would also slow down the owner; so a known browser
has its own budget. The cookie contains a number and its time of issue, signed with a key of this
service for one user's name. Several people may share a browser: each has a cookie, named by a hash
of the user.
"""

import hashlib
import hmac
import secrets
from typing import Final

from msgspec import Struct

PREFIX: Final = "dosing_monitor_known_"
LASTS_S: Final = 180 * 24 * 3600.0
_AT_MOST: Final = 200
_NUMBER_BYTES: Final = 12


class KnownBrowser(Struct, frozen=True):
    """number: of this browser, for its budget. since: when the cookie was issued, real epoch s."""

    number: str
    since: float


class KnownBrowsers:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def name(self, user: str) -> str:
        """Return the name of this user's cookie."""
        return PREFIX + self._signed("name", user)[:12]

    def cookie(self, user: str, now: float, before: KnownBrowser | None = None) -> str:
        """Return a cookie's value. before: the proof from its present cookie; the new one keeps
        that number, and with it the rest of its budget."""
        number = secrets.token_hex(_NUMBER_BYTES) if before is None else before.number
        said = f"{number}.{int(now)}"
        return f"{said}.{self._signed('browser', user, said)}"

    def proves(self, cookie: str, user: str, now: float) -> KnownBrowser | None:
        """Check a cookie for this user; None: it proves no earlier sign-in of this user."""
        if len(cookie) > _AT_MOST:
            return None
        said, _, signature = cookie.rpartition(".")
        right = self._signed("browser", user, said)
        if not hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
            return None
        number, _, since = said.partition(".")
        given = float(since)
        return KnownBrowser(number, given) if now - LASTS_S < given else None

    def _signed(self, *said: str) -> str:
        # Joined by NUL, because both a user's name and the other parts may contain dots.
        text = "\x00".join(said).encode("utf-8", "replace")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
