"""Does a broker let everybody in, or somebody?"""

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Final, Literal

from monitor.adapters.mqtt.link import BrokerLogin, CredentialsRefused, Link, LinkLost, tls_context
from monitor.adapters.mqtt.url import BrokerUrl, parse_url

ANSWER_S: Final = 5.0
ASK_AGAIN_S: Final = 300.0  # somebody may change its configuration under a standing connection
_AGAIN_S: Final = 0.02
_RETRY_S: Final = 0.5

OPEN: Final = "the broker lets in clients without credentials"
SILENT: Final = (
    "the broker does not answer within 5 s whether it lets in clients without credentials"
)

Answer = Literal["yes", "no", "none"]


class BrokerUnreachable(Exception):
    """Nobody at that address answers as a broker does. reason: a phrase"""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.reason = reason


class Strangers:
    """Asks a broker whether it lets in strangers: before it is trusted, and at every connection.

    on_answer   told what is wrong with its last answer, "" for nothing
    trusted     it has answered no, once in this process
    """

    def __init__(self, url: str, ca_file: str | None, on_answer: Callable[[str], None]) -> None:
        self._url = url
        self._ca_file = ca_file
        self._on_answer = on_answer
        self.trusted = False
        self._trouble = ""

    async def admit(self) -> str:
        """May anything that it brings count? Why not; "" if it may. Takes 5 s at most."""
        if self.trusted:
            return ""
        answer = await self.ask()
        if answer == "none":  # so far it is away, like any other
            return self._trouble or SILENT
        self._tell(answer)
        return OPEN if answer == "yes" else ""

    async def watch(self) -> None:
        """While a connection stands, for ever: at once, and until it is no, and now and then."""
        while True:
            answer = await self.ask()
            self._tell(answer)
            await asyncio.sleep({"no": ASK_AGAIN_S, "yes": ANSWER_S, "none": 0.0}[answer])

    async def ask(self) -> Answer:
        """Tries again for 5 s what is no answer."""
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
    """Does this broker let in a client without credentials? Those in the url are not used.

    Raises BadBrokerUrl, and BrokerUnreachable when it cannot be found out.
    """
    address = parse_url(url).anonymous()
    try:
        return await _lets_in(address, ca_file)
    except LinkLost as lost:
        raise BrokerUnreachable(address.redacted, lost.reason) from None


async def admits(url: str, *, within: float, refused: Callable[[], None] = lambda: None) -> bool:
    """Does the broker come to let in the client whose credentials the url holds? For so long, s.

    refused   called each time that it does not
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
    """Raises LinkLost when nobody answers as a broker does."""
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
