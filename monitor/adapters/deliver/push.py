"""Web push: notify a browser although no tab of the page is open.

The browser's maker runs the server in between and sees when a message is sent to which browser. The
content is encrypted for the browser alone (RFC 8291), and contains no more than any other notice. A
key of this service authenticates the sender (VAPID, RFC 8292).
"""

import base64
from typing import Any, Final

import msgspec
from msgspec import Struct
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush
from requests import PreparedRequest, RequestException, Response, Session

from monitor.adapters.deliver.addresses import Rules, check_endpoint
from monitor.adapters.deliver.outcome import Outcome, failed
from monitor.codecs.contract.notice_text import Message, text

PUSH: Final = "webpush"
KEPT_S: Final = 3600  # the push server keeps a message that long for a browser that is off
ANSWER_S: Final = 8.0
GONE: Final = (404, 410)


class Browser(Struct, frozen=True):
    """A browser's push subscription, made when its owner allowed notices."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def url(self) -> str:
        """The subscription as an address of a contact."""
        return f"{PUSH}://{base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()}"


def browser_of(url: str) -> Browser:
    """Return the subscription in a contact's address. Raises ValueError."""
    raw = base64.urlsafe_b64decode(url.removeprefix(f"{PUSH}://"))
    return msgspec.json.decode(raw, type=Browser)


class _OneAnswer(Session):
    """Follows no redirect away from the address that was checked, and reads no endless answer."""

    def send(self, request: PreparedRequest, **how: Any) -> Response:
        return super().send(request, **how | {"allow_redirects": False, "stream": True})


class Pusher:
    """Sends web push messages. contact: the operator, as mailto: or https:, which push services
    require."""

    def __init__(self, contact: str) -> None:
        self._contact = contact
        self._key: Vapid02 | None = None

    def use(self, key: str) -> None:
        self._key = Vapid02.from_string(private_key=key)

    def push(self, url: str, message: Message, rules: Rules) -> Outcome:
        """Send one message to a browser. Raises NotAllowed, Unresolved."""
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
                return failed("browser_withdrawn", final=True)
            return failed("push_answered", status=status)
        except RequestException:
            return failed("no_push_connection")
        return Outcome(True)


def new_key() -> str:
    """Return a new private key for VAPID, as text."""
    key = Vapid02()
    key.generate_keys()
    number = key.private_key.private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def public_key(key: str) -> str:
    """Return the key with which a browser subscribes: the uncompressed point, base64url."""
    numbers = Vapid02.from_string(private_key=key).public_key.public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
