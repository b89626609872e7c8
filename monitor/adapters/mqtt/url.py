"""The broker's address: `mqtt://[user:password@]host[:port]`, or `mqtts://` for TLS.

A parsed address is complete: a host, a port, and both or neither of user name and password. The
password never appears in a `repr`, in `redacted`, or in an error.
"""

from typing import Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

PLAIN_PORT: Final = 1883
TLS_PORT: Final = 8883
_SCHEMES: Final = {"mqtt": PLAIN_PORT, "mqtts": TLS_PORT}
_HINT: Final = " (a / ? or # in the password is written %2F, %3F or %23)"


class BadBrokerUrl(ValueError):
    """The address is no valid broker address: a fault of the configuration."""


class BrokerUrl(Struct, frozen=True):
    """A broker's address, percent-decoded.

    host       name or address; an IPv6 address without brackets
    tls        encrypt, and verify the broker's certificate
    username   None: connect without credentials; then `password` is None too
    """

    host: str
    port: int
    tls: bool = False
    username: str | None = None
    password: str | None = None

    @property
    def redacted(self) -> str:
        """The address as it may be logged: scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.tls else 'mqtt'}://{host}:{self.port}"

    def __repr__(self) -> str:
        return f"BrokerUrl({self.redacted!r}{', credentials' if self.username else ''})"

    def anonymous(self) -> "BrokerUrl":
        """The same broker without credentials."""
        return BrokerUrl(self.host, self.port, self.tls)


def parse_url(text: str) -> BrokerUrl:
    """Parse `mqtt[s]://[user:password@]host[:port]`. Raises BadBrokerUrl, which names the fault.

    User name and password are percent-encoded where they contain `:`, `@`, `/` or `%`.
    """
    scheme, separator, _ = text.partition("://")
    if not separator or scheme.lower() not in _SCHEMES:
        raise BadBrokerUrl("a broker's address begins with mqtt:// or mqtts://")
    if any(character.isspace() for character in text):
        raise BadBrokerUrl("there is a blank in the broker's address")
    try:
        parts = urlsplit(text)
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:
        # The library's message may quote the text, which contains the password.
        raise BadBrokerUrl(f"the broker's address has a bad host or port{_HINT}") from None
    if not parts.hostname:
        raise BadBrokerUrl("the broker's address names no host")
    if port == 0:
        raise BadBrokerUrl("the broker's port is a number from 1 to 65535")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadBrokerUrl(f"nothing may follow the broker's host and port{_HINT}")
    username, password = _credentials(parts.username, parts.password)
    scheme = parts.scheme
    return BrokerUrl(
        parts.hostname, port or _SCHEMES[scheme], scheme == "mqtts", username, password
    )


def _credentials(username: str | None, password: str | None) -> tuple[str | None, str | None]:
    if not username and not password:
        return None, None
    # MQTT 3.1.1 forbids a password without a user name; a user name alone is nearly always a
    # mistake.
    if not username or not password:
        raise BadBrokerUrl("the broker's address needs both user name and password, or neither")
    return unquote(username), unquote(password)
