"""One attempt to deliver one message on one channel, in a separate thread.

Apprise sends to the channels. Each attempt has a thread, because some of Apprise's code waits
without a timeout: a channel that hangs delays only itself, and no thread of ours keeps the process
from ending. Webhooks (json://, jsons://) are sent from here, since Apprise cannot sign them.
"""

import asyncio
import hashlib
import hmac
import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import apprise
import requests

from monitor.adapters.deliver.addresses import NotAllowed, Rules, Unresolved, check, scheme_of
from monitor.adapters.deliver.outcome import Outcome, failed
from monitor.adapters.deliver.push import PUSH, Pusher
from monitor.codecs.contract.notice_text import Message, gravity, payload, text

ATTEMPT_S: Final = 10.0
LATE_S: Final = 30.0
CONNECT_S: Final = 4.0
ANSWER_S: Final = 8.0
# Per channel: attempts at a time, and threads that may still wait for it after the attempt was
# given up.
AT_ONCE: Final = 4
HANGING: Final = 8
SIGNATURE: Final = "X-Dosing-Monitor-Signature"
TIMESTAMP: Final = "X-Dosing-Monitor-Timestamp"
KEY: Final = "Idempotency-Key"
# The contact of the canary session, by which the service tests itself; leads back to the service.
CANARY_URL: Final = "canary://here"

# Apprise's log lines may contain addresses and secrets.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


class Sender:
    """Sends notices. now: epoch seconds of the real world, for signatures; pusher: to browsers."""

    def __init__(self, rules: Rules, now: Callable[[], float], pusher: Pusher) -> None:
        self.rules = rules
        self.pusher = pusher
        self._now = now
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._threads: Counter[str] = Counter()
        self._late: dict[str, asyncio.Future[Outcome]] = {}

    async def send(
        self, url: str, make: Callable[[], Message | None], key: str, secret: bytes
    ) -> Outcome | None:
        """Try once, for ten seconds at most. Never raises an error of a channel.

        Returns None if `make`, which is called when the attempt's turn comes, no longer wants a
        message sent. An attempt that was given up may still succeed: with the same key this call
        waits for it, and does not send the message a second time beside it.

        key      the same for each retry of a message; secret: signs webhooks
        """
        async with self._turns.setdefault(url, asyncio.Semaphore(AT_ONCE)):
            answer = self._late.pop(key, None)
            if answer is None or (answer.done() and not answer.result().ok):
                if self._threads[url] >= HANGING:
                    return failed("earlier_attempts_wait")
                message = make()
                if message is None:
                    return None
                answer = self._start(url, message, key, secret)
            try:
                async with asyncio.timeout(ATTEMPT_S):
                    return await asyncio.shield(answer)
            except TimeoutError:
                self._late[key] = answer
                return failed("no_answer", seconds=ATTEMPT_S)

    async def late(self, key: str) -> Outcome | None:
        """Return the outcome of an attempt that was given up.

        None: there is no such attempt, or no answer within `LATE_S`.
        """
        answer = self._late.pop(key, None)
        if answer is None:
            return None
        try:
            async with asyncio.timeout(LATE_S):
                return await asyncio.shield(answer)
        except TimeoutError:
            return None

    def _start(
        self, url: str, message: Message, key: str, secret: bytes
    ) -> "asyncio.Future[Outcome]":
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()

        def tell(outcome: Outcome) -> None:
            self._threads[url] -= 1
            if not answer.done():
                answer.set_result(outcome)

        def work() -> None:
            outcome = self._attempt(url, message, key, secret)
            try:
                loop.call_soon_threadsafe(tell, outcome)
            except RuntimeError:  # the loop is closed: the outcome is no longer needed
                return

        threading.Thread(target=work, name="notice", daemon=True).start()
        self._threads[url] += 1
        return answer

    def _attempt(self, url: str, message: Message, key: str, secret: bytes) -> Outcome:
        if url == CANARY_URL:
            return Outcome(True, delivered=True)
        try:
            return self._by_scheme(url, message, key, secret)
        except NotAllowed as refused:
            return Outcome(False, refused.because, final=True)
        except Unresolved:
            return failed("host_unknown")
        except Exception as error:  # noqa: BLE001 - whatever a channel's code raises, it is no more
            return failed("attempt_failed", error=type(error).__name__, here=False)

    def _by_scheme(self, url: str, message: Message, key: str, secret: bytes) -> Outcome:
        """Send it as its scheme requires. Raises NotAllowed, Unresolved, and channels' errors."""
        if scheme_of(url) == PUSH:
            return self.pusher.push(url, message, self.rules)
        made = check(url, self.rules, resolve=True)
        if scheme_of(url) in ("json", "jsons"):
            return self._post(made, message, key, secret)
        return _notify(made, message, key)

    def _post(self, made: Any, message: Message, key: str, secret: bytes) -> Outcome:
        """Send a webhook, signed by the HMAC-SHA256 of the timestamp, a full stop, and the body."""
        body, stamp = payload(message), str(int(self._now()))
        signed = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        port = f":{made.port}" if made.port else ""
        try:
            answer = requests.request(
                made.method,
                f"{'https' if made.secure else 'http'}://{made.host}{port}{made.fullpath}",
                data=body,
                params=made.params,
                headers={
                    "User-Agent": "Dosing Monitor", "Content-Type": "application/json",
                    **made.headers, KEY: key, TIMESTAMP: stamp, SIGNATURE: f"sha256={signed}",
                },
                auth=(made.user, made.password) if made.user else None,
                verify=made.verify_certificate,
                timeout=(CONNECT_S, ANSWER_S),
                allow_redirects=False,
                stream=True,  # the body of its answer is not needed and may be endless
            )  # fmt: skip
        except requests.Timeout:
            return failed("no_answer", seconds=None)
        except requests.RequestException:
            return failed("no_connection")
        answer.close()
        if answer.ok and not answer.is_redirect:
            return Outcome(True, delivered=True)
        return failed("answered", status=answer.status_code)


def _notify(made: Any, message: Message, key: str) -> Outcome:
    made.socket_connect_timeout, made.socket_read_timeout = CONNECT_S, ANSWER_S
    if isinstance(getattr(made, "headers", None), dict):
        made.headers = {**made.headers, KEY: key}
    words = text(message)
    kind = apprise.NotifyType(gravity(message))
    taken = made.notify(body=words.body, title=words.title, notify_type=kind)
    return Outcome(True) if taken else failed("not_taken")
