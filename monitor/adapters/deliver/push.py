"""Web push: a browser is told although no tab of the page is open.

The browser's maker runs the server in between and sees when something is sent to whom; what it
says is encrypted for the browser alone (RFC 8291), and holds no more than any other notice. Who
sends is proven by a key of this service (VAPID, RFC 8292).
"""

import base64
from typing import Any, Final

import msgspec
from msgspec import Struct
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush
from requests import PreparedRequest, RequestException, Response, Session

from monitor.adapters.deliver.addresses import Rules, check_endpoint
from monitor.adapters.deliver.outcome import Outcome
from monitor.codecs.contract.notice_text import Message, text

PUSH: Final = "webpush"
KEPT_S: Final = 3600  # so long the server in between keeps it for a browser that is off
ANSWER_S: Final = 8.0
GONE: Final = (404, 410)


class Browser(Struct, frozen=True):
    """What a browser told of itself when its owner allowed it."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def url(self) -> str:
        """As an address of a contact."""
        return f"{PUSH}://{base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()}"


def browser_of(url: str) -> Browser:
    """Raises ValueError."""
    raw = base64.urlsafe_b64decode(url.removeprefix(f"{PUSH}://"))
    return msgspec.json.decode(raw, type=Browser)


class _OneAnswer(Session):
    """Asks the one address that was checked, and does not read an answer without an end."""

    def send(self, request: PreparedRequest, **how: Any) -> Response:
        return super().send(request, **how | {"allow_redirects": False, "stream": True})


class Pusher:
    """contact: who runs this service, as mailto: or https:, which the push services ask for."""

    def __init__(self, contact: str) -> None:
        self._contact = contact
        self._key: Vapid02 | None = None

    def use(self, key: str) -> None:
        self._key = Vapid02.from_string(private_key=key)

    def push(self, url: str, message: Message, rules: Rules) -> Outcome:
        """Raises NotAllowed, Unresolved."""
        browser, words = browser_of(url), text(message)
        check_endpoint(browser.endpoint, rules, resolve=True)
        body = {"title": words.title, "body": words.body, "link": message.link, "tag": message.id}
        try:
            webpush(
                {"endpoint": browser.endpoint,
                 "keys": {"p256dh": browser.p256dh, "auth": browser.auth}},
                msgspec.json.encode(body).decode(), vapid_private_key=self._key,
                vapid_claims={"sub": self._contact}, ttl=KEPT_S, timeout=ANSWER_S,
                headers={"Urgency": "high" if message.priority == "high" else "normal"},
                requests_session=_OneAnswer(),
            )  # fmt: skip
        except WebPushException as error:
            status = 0 if error.response is None else error.response.status_code
            if status in GONE:
                return Outcome(False, "this browser has withdrawn", final=True)
            return Outcome(False, f"the push service answered {status}")
        except RequestException:
            return Outcome(False, "no connection to the push service")
        return Outcome(True)


def new_key() -> str:
    """A private key for VAPID, as text."""
    key = Vapid02()
    key.generate_keys()
    number = key.private_key.private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def public_key(key: str) -> str:
    """What a browser is given to subscribe with: the uncompressed point, base64url."""
    numbers = Vapid02.from_string(private_key=key).public_key.public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
