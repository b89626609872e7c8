"""Where a notice may go. An address is judged when it is given and again whenever it is used.

Who may add a contact could otherwise make this service knock at any door of the network that it
stands in. So only schemes that the operator allows, and only public addresses, unless the operator
names one. The check of a host's name and its use are two questions to the DNS; a name that changes
in between is not found out here (docs/notices.md).
"""

import ipaddress
import re
import socket
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import apprise
from msgspec import Struct

# Those whose URL names the very host that is spoken to; others speak to their provider's.
_OWN_HOST: Final = {
    "json": "http", "form": "http", "xml": "http", "ntfy": "http", "gotify": "http",
    "matrix": "http", "mmost": "http", "signal": "http", "apprise": "http", "rocket": "http",
    "workflow": "http", "mailto": "smtp",
}  # fmt: skip
_PROVIDERS: Final = (
    "slack", "msteams", "tgram", "twilio", "vonage", "msgbird", "clicksend", "sns",
    "pover", "pagerduty", "opsgenie", "discord", "gchat", "threema", "46elks", "signl4",
)  # fmt: skip
# What else an address may ask Apprise to do: follow, fetch, read a file.
_REACHES_OUT: Final = frozenset({"redirect", "template", "attach", "discovery", "pgpkey"})
# Ways to write an IPv4 address, or a private one, in IPv6.
_DISGUISED: Final = tuple(
    ipaddress.ip_network(net)
    for net in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10")
)
_ENDPOINT: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[!-?A-\[\]-~]*")
SCHEMES: Final = frozenset((*_OWN_HOST, *(f"{name}s" for name in _OWN_HOST), *_PROVIDERS))


class NotAllowed(Exception):
    """It will not be sent there, however often it is tried. The text holds no address."""


class Unresolved(Exception):
    """The host's name is not known now."""


class Rules(Struct, frozen=True):
    """schemes: those that may be used; allow: scheme://host[:port] that need not be public."""

    schemes: frozenset[str] = SCHEMES
    allow: tuple[str, ...] = ()


def scheme_of(url: str) -> str:
    """ "mailto" of "mailto://…"; what the ledger calls a channel."""
    return url.partition(":")[0].lower()


def channel(url: str, rules: Rules) -> Any:
    """Apprise's object for it. Raises NotAllowed: the scheme, or it cannot be read."""
    scheme = scheme_of(url)
    if scheme not in rules.schemes:
        raise NotAllowed(f"{scheme} is not one of the schemes that are allowed here")
    asked = {name.lower().lstrip("+-:") for name, _ in parse_qsl(url.partition("?")[2])}
    if asked & _REACHES_OUT:
        raise NotAllowed(f"it must not use {', '.join(sorted(asked & _REACHES_OUT))}")
    asset = apprise.AppriseAsset(http_redirects=False, app_id="Dosing Monitor")
    made = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if made is None:
        raise NotAllowed(f"the {scheme} address is not one that can be used")
    made.redirects = False
    if hasattr(made, "discovery"):
        made.discovery = False  # it would believe a server that names another
    return made


def prepare() -> None:
    """Load what Apprise loads with its first address: a tenth of a second, best spent early."""
    apprise.Apprise.instantiate("json://127.0.0.1")


def check_endpoint(endpoint: str, rules: Rules, *, resolve: bool) -> None:
    """The same of a browser's push service, whose address the browser told. Raises the same."""
    # Nothing in it that two readers of addresses could read in two ways.
    if _ENDPOINT.fullmatch(endpoint) is None:
        raise NotAllowed("the push service's address cannot be read")
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise NotAllowed("the push service's address cannot be read") from None
    if _named("webpush", host, port, rules) or _named("jsons", host, port, rules):
        return
    if parts.scheme != "https" or not host:
        raise NotAllowed("a push service is spoken to by https only")
    if not _all_public(host, port, resolve=resolve):
        raise NotAllowed("the push service's host is not public")


def check(url: str, rules: Rules, *, resolve: bool) -> Any:
    """Apprise's object for an address that may be used.

    Raises NotAllowed, and Unresolved when names are to be resolved and one cannot be.
    """
    made, scheme = channel(url, rules), scheme_of(url)
    target = _target(made, scheme)
    if target is None or _named(scheme, *target, rules):
        return made
    if not _all_public(*target, resolve=resolve):
        raise NotAllowed(
            "its host is not public; the operator can allow it by DOSING_MONITOR_NOTICE_ALLOW"
        )
    return made


def loopback(url: str, rules: Rules) -> bool:
    """It stays on this machine, by what is written."""
    try:
        target = _target(channel(url, rules), scheme_of(url))
    except NotAllowed:
        return False
    if target is None:
        return False
    return any(address.is_loopback for address in _addresses(*target, resolve=False))


def nowhere_else(url: str) -> bool:
    """Whoever opens this link on another machine does not come here: loopback, or no address."""
    host = urlsplit(url).hostname or ""
    found = _addresses(host, None, resolve=False)
    return any(address.is_loopback or address.is_unspecified for address in found)


def _target(made: Any, scheme: str) -> tuple[str, int | None] | None:
    """Host and port that will be spoken to; None: the provider's own."""
    if scheme in _PROVIDERS or getattr(made, "mode", None) == "cloud":
        return None
    host = getattr(made, "smtp_host", None) or made.host or ""
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        return name.strip("[]").lower(), int(port)
    return host.strip("[]").lower(), made.port


def _named(scheme: str, host: str, port: int | None, rules: Rules) -> bool:
    """The operator named it: by the URL's own scheme or by what it is spoken to in."""
    plain = scheme if scheme in _OWN_HOST else scheme.removesuffix("s")
    ways = {plain, _OWN_HOST.get(plain, plain)}
    for allowed in rules.allow:
        parts = urlsplit(allowed)
        way = parts.scheme if parts.scheme in ways else parts.scheme.removesuffix("s")
        if way in ways and parts.hostname == host and parts.port in (None, port):
            return True
    return False


def _addresses(
    host: str, port: int | None, *, resolve: bool
) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    if host == "localhost" or host.endswith(".localhost"):
        host = "127.0.0.1"
    try:
        yield _plain(host)
        return
    except ValueError:
        if not resolve:
            return
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unresolved from None
    for *_, address in found:
        yield _plain(str(address[0]))


def _all_public(host: str, port: int | None, *, resolve: bool) -> bool:
    """Raises Unresolved."""
    return all(_public(address) for address in _addresses(host, port, resolve=resolve))


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if any(address in net for net in _DISGUISED if net.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def _plain(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Raises ValueError for a name."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        try:
            # "127.1" and "2130706433" are loopback to the system's resolver.
            return ipaddress.ip_address(socket.inet_ntoa(socket.inet_aton(text)))
        except (OSError, UnicodeError):
            raise ValueError(text) from None
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address
