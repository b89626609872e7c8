"""Check whether a broker accepts clients without credentials, or a given client."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Final, Literal

from monitor.adapters.mqtt.link import BrokerLogin, CredentialsRefused, Link, LinkLost, tls_context
from monitor.adapters.mqtt.url import BrokerUrl, parse_url

ANSWER_S: Final = 5.0
ASK_AGAIN_S: Final = 300.0  # the broker's configuration may change during a connection
_AGAIN_S: Final = 0.02
_RETRY_S: Final = 0.5

OPEN: Final = "the broker lets in clients without credentials"
SILENT: Final = (
    "the broker does not answer within 5 s whether it lets in clients without credentials"
)

Answer = Literal["yes", "no", "none"]


class BrokerUnreachable(Exception):
    """No server at that address responds like a broker. reason: a phrase"""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.reason = reason


class Strangers:
    """The check that a broker rejects clients without credentials.

    It runs before the broker is trusted, and at every connection.

    on_answer   called with the fault of the last result, "" if there is no fault
    trusted     the broker has rejected such a client once in this process
    """

    def __init__(self, url: str, ca_file: str | None, on_answer: Callable[[str], None]) -> None:
        self._url = url
        self._ca_file = ca_file
        self._on_answer = on_answer
        self.trusted = False
        self._trouble = ""

    async def admit(self) -> str:
        """Return why the broker's messages must not count, "" if they may. Takes 5 s at most."""
        if self.trusted:
            return ""
        answer = await self.ask()
        if answer == "none":  # so far it counts as unreachable
            return self._trouble or SILENT
        self._tell(answer)
        return OPEN if answer == "yes" else ""

    async def watch(self) -> None:
        """Repeat the check for ever during a connection: immediately, every few seconds until the
        result is no, and then every 5 minutes."""
        while True:
            answer = await self.ask()
            self._tell(answer)
            await asyncio.sleep({"no": ASK_AGAIN_S, "yes": ANSWER_S, "none": 0.0}[answer])

    async def ask(self) -> Answer:
        """Check whether the broker accepts a client without credentials; retry for 5 s."""
        self._trouble = ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                while True:
                    try:
                        yes = await accepts_anonymous(self._url, ca_file=self._ca_file)
                    except BrokerUnreachable as error:
                        self._trouble = error.reason
                        await asyncio.sleep(_RETRY_S)
                    else:
                        return "yes" if yes else "no"
        return "none"

    def _tell(self, answer: Answer) -> None:
        self.trusted = self.trusted or answer == "no"
        self._on_answer({"no": "", "yes": OPEN, "none": SILENT}[answer])


async def accepts_anonymous(url: str, *, ca_file: str | None = None) -> bool:
    """Whether this broker accepts a client without credentials. Those in the url are not used.

    Raises BadBrokerUrl, and BrokerUnreachable if the check has no result.
    """
    address = parse_url(url).anonymous()
    try:
        return await _lets_in(address, ca_file)
    except LinkLost as lost:
        raise BrokerUnreachable(address.redacted, lost.reason) from None


async def admits(url: str, *, within: float, refused: Callable[[], None] = lambda: None) -> bool:
    """Whether the broker accepts the credentials of the url within some seconds.

    within    seconds for which to retry
    refused   called after each refusal
    """
    address = parse_url(url)
    with contextlib.suppress(TimeoutError, LinkLost):
        async with asyncio.timeout(within):
            while not await _lets_in(address, None):
                refused()
                await asyncio.sleep(_AGAIN_S)
            return True
    return False


async def _lets_in(address: BrokerUrl, ca_file: str | None) -> bool:
    """Whether the broker accepts the login. Raises LinkLost if no broker responds."""
    client_id = f"asks-{random.SystemRandom().getrandbits(48):012x}"
    login = BrokerLogin(address, client_id, persistent=False, tls=tls_context(address, ca_file))
    link = Link(login, lambda *_: None, lambda: None)
    try:
        await link.open()
    except CredentialsRefused:
        return False
    finally:
        link.close()
    return True
