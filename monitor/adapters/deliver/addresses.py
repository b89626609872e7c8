"""Which addresses a notice may go to. Each is checked when it is entered and whenever it is used.

A user who may add a contact could otherwise make this service connect to any host in its own
network. So it allows only schemes that the operator permits, and only public addresses, except
those that the operator names. The check of a host's name and its use are two DNS queries; a name
that changes in between is not detected here (docs/notices.md).
"""

import ipaddress
import re
import socket
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import apprise
from msgspec import Struct

from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import Fact, Reason

# Schemes whose URL names the host that is contacted; the others contact their provider's host.
_OWN_HOST: Final = {
    "json": "http", "form": "http", "xml": "http", "ntfy": "http", "gotify": "http",
    "matrix": "http", "mmost": "http", "signal": "http", "apprise": "http", "rocket": "http",
    "workflow": "http", "mailto": "smtp",
}  # fmt: skip
_PROVIDERS: Final = (
    "slack", "msteams", "tgram", "twilio", "vonage", "msgbird", "clicksend", "sns",
    "pover", "pagerduty", "opsgenie", "discord", "gchat", "threema", "46elks", "signl4",
)  # fmt: skip
# Options of an address that make Apprise do more: follow a redirect, fetch, or read a file.
_REACHES_OUT: Final = frozenset({"redirect", "template", "attach", "discovery", "pgpkey"})
# Ways to write an IPv4 address, or a private one, in IPv6.
_DISGUISED: Final = tuple(
    ipaddress.ip_network(net)
    for net in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10")
)
_ENDPOINT: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[!-?A-\[\]-~]*")
SCHEMES: Final = frozenset((*_OWN_HOST, *(f"{name}s" for name in _OWN_HOST), *_PROVIDERS))


class NotAllowed(Exception):
    """This address must not be used; a retry does not help. The message contains no address."""

    def __init__(self, code: str, **facts: Fact) -> None:
        self.because = Reason(code, facts)
        super().__init__(english(self.because))


class Unresolved(Exception):
    """The host's name cannot be resolved now."""


class Rules(Struct, frozen=True):
    """Which addresses are allowed.

    schemes: those that may be used; allow: scheme://host[:port] that need not be public
    """

    schemes: frozenset[str] = SCHEMES
    allow: tuple[str, ...] = ()


def scheme_of(url: str) -> str:
    """Return the scheme, e.g. "mailto" of "mailto://…"; the ledger calls it a channel."""
    return url.partition(":")[0].lower()


def channel(url: str, rules: Rules) -> Any:
    """Return Apprise's object for a URL. Raises NotAllowed: its scheme, or it is unreadable."""
    scheme = scheme_of(url)
    if scheme not in rules.schemes:
        raise NotAllowed("scheme_not_allowed", scheme=scheme)
    asked = {name.lower().lstrip("+-:") for name, _ in parse_qsl(url.partition("?")[2])}
    if asked & _REACHES_OUT:
        raise NotAllowed("parameters_not_allowed", names=tuple(sorted(asked & _REACHES_OUT)))
    asset = apprise.AppriseAsset(http_redirects=False, app_id="Dosing Monitor")
    made = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if made is None:
        raise NotAllowed("address_unreadable", scheme=scheme)
    made.redirects = False
    if hasattr(made, "discovery"):
        made.discovery = False  # it would trust a server that names another one
    return made


def prepare() -> None:
    """Load the code that Apprise loads with its first address: 0.1 s, best spent early."""
    apprise.Apprise.instantiate("json://127.0.0.1")


def check_endpoint(endpoint: str, rules: Rules, *, resolve: bool) -> None:
    """Check the address of a push service, as a browser reported it. Raises like `check`."""
    # Without any character that two URL parsers could read in two ways.
    if _ENDPOINT.fullmatch(endpoint) is None:
        raise NotAllowed("push_address_unreadable")
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise NotAllowed("push_address_unreadable") from None
    if _named("webpush", host, port, rules) or _named("jsons", host, port, rules):
        return
    if parts.scheme != "https" or not host:
        raise NotAllowed("push_not_https")
    if not _all_public(host, port, resolve=resolve):
        raise NotAllowed("push_host_not_public")


def check(url: str, rules: Rules, *, resolve: bool) -> Any:
    """Return Apprise's object for an address that may be used.

    Raises NotAllowed, and Unresolved if `resolve` is set and a name cannot be resolved.
    """
    made, scheme = channel(url, rules), scheme_of(url)
    target = _target(made, scheme)
    if target is None or _named(scheme, *target, rules):
        return made
    if not _all_public(*target, resolve=resolve):
        raise NotAllowed("host_not_public")
    return made


def loopback(url: str, rules: Rules) -> bool:
    """Is this an address of this machine, as written? No name is resolved."""
    try:
        target = _target(channel(url, rules), scheme_of(url))
    except NotAllowed:
        return False
    if target is None:
        return False
    return any(address.is_loopback for address in _addresses(*target, resolve=False))


def nowhere_else(url: str) -> bool:
    """Does this link work on this machine only: loopback, or the unspecified address?"""
    host = urlsplit(url).hostname or ""
    found = _addresses(host, None, resolve=False)
    return any(address.is_loopback or address.is_unspecified for address in found)


def _target(made: Any, scheme: str) -> tuple[str, int | None] | None:
    """Return the host and port that will be contacted; None: the provider's own."""
    if scheme in _PROVIDERS or getattr(made, "mode", None) == "cloud":
        return None
    host = getattr(made, "smtp_host", None) or made.host or ""
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        return name.strip("[]").lower(), int(port)
    return host.strip("[]").lower(), made.port


def _named(scheme: str, host: str, port: int | None, rules: Rules) -> bool:
    """Did the operator name this host: by the URL's own scheme, or by the protocol beneath it?"""
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
    """Return the text as an IP address. Raises ValueError for a name."""
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
