"""The address under which people reach this service, and the risks that follow from it."""

from ipaddress import ip_address
from typing import Final

from msgspec import Struct

IN_THE_CLEAR: Final = (
    "Other machines reach the page by HTTP: passwords and readings cross the network in the clear. "
    "Put a proxy with HTTPS before it and name it in DOSING_MONITOR_PUBLIC_URL."
)


class Reached(Struct, frozen=True):
    """The configured addresses. `http_host`: where the service listens; `public_url`: the address
    that people type, "" if not configured. metrics_token: opens /metrics and /docs besides a
    sign-in; "": there is no token."""

    http_host: str = "127.0.0.1"
    public_url: str = ""
    metrics_token: str = ""

    @property
    def warnings(self) -> list[str]:
        """Warnings for the operator; the monitoring itself works."""
        if is_loopback(self.http_host) or self.public_url.startswith("https:"):
            return []
        return [IN_THE_CLEAR]


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
