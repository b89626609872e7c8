"""Which addresses only this machine reaches, and when passwords cross a network in the clear."""

import pytest

from monitor.adapters.http.doors.reached import IN_THE_CLEAR, Reached, is_loopback


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True), ("LocalHost", True), ("127.0.0.1", True), ("127.9.9.9", True),
        ("::1", True), ("::ffff:127.0.0.1", True), ("::ffff:192.168.1.7", False), ("::", False),
        ("0.0.0.0", False), ("192.168.1.7", False), ("128.0.0.1", False), ("", False),  # noqa: S104
        ("localhost.example", False), ("127.0.0.1.example", False), ("127.0.0.1:8000", False),
    ],
)  # fmt: skip
def test_only_this_machine_reaches_a_loopback_address(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    ("host", "url", "warned"),
    [
        ("127.0.0.1", "", False),
        ("127.0.0.1", "http://monitor.example", False),  # a proxy on this machine serves others
        ("0.0.0.0", "", True),  # noqa: S104
        ("0.0.0.0", "https://monitor.example", False),  # noqa: S104
        ("192.168.1.7", "http://monitor.example", True),
        ("192.168.1.7", "httpsmonitor.example", True),
    ],
)
def test_a_network_without_encryption_is_warned_of(host: str, url: str, warned: bool) -> None:
    assert Reached(host, url).warnings == [IN_THE_CLEAR] * warned
