"""Addresses of notices: a user who adds a contact must not reach the service's own network."""

import socket
from typing import Final

import pytest

from monitor.adapters.deliver import (
    SCHEMES,
    NotAllowed,
    Rules,
    check,
    check_endpoint,
    loopback,
    nowhere_else,
)
from monitor.adapters.deliver.addresses import Unresolved

RULES: Final = Rules(
    allow=("http://127.0.0.1:8080", "smtp://127.0.0.1", "ntfy://192.168.1.9", "jsons://10.0.0.7")
)

REFUSED: Final = [
    ("json://10.0.0.5/x", "not public"),
    ("json://192.168.1.1:80/x", "not public"),
    ("jsons://[::1]/x", "not public"),
    ("json://localhost/x", "not public"),
    ("json://sink.localhost/x", "not public"),
    ("json://127.1:8080/x", "not one that can be used"),
    ("json://2130706433/x", "not public"),
    ("json://[::ffff:10.0.0.1]/x", "not public"),
    ("json://[fe80::1]/x", "not public"),
    ("json://100.64.0.1/x", "not public"),
    ("json://224.0.0.1/x", "not public"),
    ("json://0.0.0.0/x", "not public"),
    ("ntfy://169.254.169.254/topic", "not public"),
    ("mailto://me:pw@example.com?smtp=10.1.2.3&to=a@b.example", "not public"),
    ("mailto://me:pw@example.com?smtp=10.1.2.3:25&to=a@b.example", "not public"),
    # An allowed address is allowed only by this scheme and at this port.
    ("json://127.0.0.1:8081/x", "not public"),
    ("json://192.168.1.9/x", "not public"),
    ("mailto://10.0.0.7?from=a@b.example&to=a@b.example", "not public"),
    ("json://[64:ff9b::7f00:1]/x", "not public"),
    ("json://[2002:7f00:1::]/x", "not public"),
    ("json://[::127.0.0.1]/x", "not public"),
    ("json://[fec0::1]/x", "not public"),
    ("workflows://10.0.0.1:443/abc/def/ghi", "not public"),
    ("ntfy://ntfy.example.com/topic?redirect=yes", "must not use redirect"),
    ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?template=/etc/x.json", "use template"),
    ("json://hooks.example.com/x?attach=file:///etc/passwd", "must not use attach"),
    ("syslog://localhost", "syslog is not one of the schemes"),
    ("dbus://", "not one of the schemes"),
    ("windows://x", "not one of the schemes"),
    ("mailto://nobody", "the mailto address is not one that can be used"),
]
TAKEN: Final = [
    "json://127.0.0.1:8080/x?key=value",
    "form://127.0.0.1:8080/x",
    "mailto://127.0.0.1:2525?from=a@b.example&to=a@b.example",
    "mailto://me:pw@example.com?smtp=127.0.0.1&to=a@b.example",
    "ntfy://192.168.1.9/topic",
    "json://10.0.0.7/x",
    "jsons://hooks.example.com/x",
    "jsons://93.184.216.34/x",
    "ntfy://some-topic",
    "tgram://123456789:abcdefg_hijklmnop/12315544/",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
    f"twilio://AC{'0' * 32}:{'0' * 32}@15551234567/15557654321",
]


@pytest.mark.parametrize(("url", "why"), REFUSED)
def test_what_is_not_public_and_not_allowed_is_refused(url: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=why) as refused:
        check(url, RULES, resolve=True)
    host = url.partition("://")[2].partition("/")[0]
    assert not host or host not in str(refused.value), "an address may hold a secret"


@pytest.mark.parametrize("url", TAKEN)
def test_the_rest_is_taken(url: str) -> None:
    check(url, RULES, resolve=False)


ENDPOINTS: Final = [
    "http://push.example.com/x", "https://10.0.0.1/x", "https://127.0.0.77\\@1.1.1.1/x",
    "https://me@1.1.1.1/x", "https://[::1]/x", "https://1.1.1.1", "https://1.1.1.1/a b",
    "https://1.1.1.1:99999/x", "ftp://1.1.1.1/x", "https://2130706433/x", "",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_browser_leads_no_way_inside_either(endpoint: str) -> None:
    with pytest.raises(NotAllowed):
        check_endpoint(endpoint, Rules(), resolve=True)


def test_a_push_service_is_taken() -> None:
    for endpoint in ("https://fcm.googleapis.com/fcm/send/a:b-c_d", "https://1.1.1.1/x?y=z"):
        check_endpoint(endpoint, Rules(), resolve=False)


def test_what_a_name_means_is_asked_when_it_is_used() -> None:
    name = socket.gethostname()
    check(f"json://{name}/x", RULES, resolve=False)
    with pytest.raises((NotAllowed, Unresolved)):
        check(f"json://{name}/x", RULES, resolve=True)
    with pytest.raises(Unresolved):
        check("json://no.such.host.invalid/x", RULES, resolve=True)


def test_the_operator_chooses_the_schemes() -> None:
    only = Rules(frozenset({"mailto"}), RULES.allow)
    check(TAKEN[2], only, resolve=True)
    with pytest.raises(NotAllowed, match="json is not one of the schemes"):
        check(TAKEN[0], only, resolve=True)
    assert {"mailto", "json", "twilio", "ntfys"} <= SCHEMES


@pytest.mark.parametrize(("url", "here"), [
    ("json://127.0.0.1:8080/x", True), ("json://localhost/x", True), ("jsons://[::1]/x", True),
    ("json://10.0.0.7/x", False), ("tgram://123456789:abcdefg_hijklmnop/12315544/", False),
    ("mailto://me:pw@example.com?smtp=127.0.0.1&to=a@b.example", True),
    ("jsons://hooks.example.com/x", False), ("nonsense://x", False),
])  # fmt: skip
def test_what_stays_on_this_machine_is_known(url: str, here: bool) -> None:
    assert loopback(url, RULES) is here


@pytest.mark.parametrize(("url", "nowhere"), [
    ("http://127.0.0.1:8080", True), ("http://localhost:8080", True), ("http://[::1]:80", True),
    ("http://0.0.0.0:8080", True), ("http://[::]:8080", True), ("https://127.1/page", True),
    ("https://dosing.localhost", True), ("http://[::ffff:127.0.0.1]", True),
    ("http://10.0.0.7:8080", False), ("https://monitor.example", False), ("", False),
])  # fmt: skip
def test_a_link_that_leads_nobody_here_from_elsewhere_is_known(url: str, nowhere: bool) -> None:
    assert nowhere_else(url) is nowhere
