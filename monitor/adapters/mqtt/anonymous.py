"""Does a broker let everybody in?"""

import random

from monitor.adapters.mqtt.link import CredentialsRefused, Link, LinkLost, Login, tls_context
from monitor.adapters.mqtt.url import parse_url


class BrokerUnreachable(Exception):
    """Nobody at that address answers as a broker does."""


async def accepts_anonymous(url: str, *, ca_file: str | None = None) -> bool:
    """Does this broker let in a client without credentials? Those in the url are not used.

    Raises BadBrokerUrl, and BrokerUnreachable when it cannot be found out.
    """
    address = parse_url(url).anonymous()
    client_id = f"anonymous-{random.SystemRandom().getrandbits(48):012x}"
    login = Login(address, client_id, persistent=False, tls=tls_context(address, ca_file))
    link = Link(login, lambda *_: None, lambda: None)
    try:
        await link.open()
    except CredentialsRefused:
        return False
    except LinkLost as lost:
        raise BrokerUnreachable(f"{address.redacted}: {lost.reason}") from None
    finally:
        link.close()
    return True
