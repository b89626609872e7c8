"""Does a broker let everybody in, or somebody?"""

import asyncio
import contextlib
import random
from typing import Final

from monitor.adapters.mqtt.link import CredentialsRefused, Link, LinkLost, Login, tls_context
from monitor.adapters.mqtt.url import BrokerUrl, parse_url

_AGAIN_S: Final = 0.02


class BrokerUnreachable(Exception):
    """Nobody at that address answers as a broker does."""


async def accepts_anonymous(url: str, *, ca_file: str | None = None) -> bool:
    """Does this broker let in a client without credentials? Those in the url are not used.

    Raises BadBrokerUrl, and BrokerUnreachable when it cannot be found out.
    """
    address = parse_url(url).anonymous()
    try:
        return await _lets_in(address, ca_file)
    except LinkLost as lost:
        raise BrokerUnreachable(f"{address.redacted}: {lost.reason}") from None


async def admits(url: str, *, within: float) -> bool:
    """Does the broker come to let in the client whose credentials the url holds? For so long, s."""
    address = parse_url(url)
    with contextlib.suppress(TimeoutError, LinkLost):
        async with asyncio.timeout(within):
            while not await _lets_in(address, None):  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(_AGAIN_S)
            return True
    return False


async def _lets_in(address: BrokerUrl, ca_file: str | None) -> bool:
    """Raises LinkLost when nobody answers as a broker does."""
    client_id = f"asks-{random.SystemRandom().getrandbits(48):012x}"
    login = Login(address, client_id, persistent=False, tls=tls_context(address, ca_file))
    link = Link(login, lambda *_: None, lambda: None)
    try:
        await link.open()
    except CredentialsRefused:
        return False
    finally:
        link.close()
    return True
