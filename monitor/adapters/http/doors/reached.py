"""By which address people get to this service, and what that leaves open."""

from ipaddress import ip_address
from typing import Final

from msgspec import Struct

IN_THE_CLEAR: Final = (
    "Other machines reach the page by HTTP: passwords and readings cross the network in the clear. "
    "Put a proxy with HTTPS before it and name it in DOSING_MONITOR_PUBLIC_URL."
)


class Reached(Struct, frozen=True):
    """As configured: `http_host` is where it listens, `public_url` what people type, "" where
    nobody said. metrics_token: opens /metrics and /docs besides a sign-in; "": there is none."""

    http_host: str = "127.0.0.1"
    public_url: str = ""
    metrics_token: str = ""

    @property
    def warnings(self) -> list[str]:
        """Sentences for whoever runs it; nothing is wrong with the monitoring."""
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
