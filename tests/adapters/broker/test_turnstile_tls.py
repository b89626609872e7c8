"""The turnstile's TLS, from bytes to bytes: data in any pieces, and records without data."""

import random
import ssl
from typing import Final

import pytest

from monitor.adapters.broker.turnstile.tls import EMPTY_AT_MOST, Tls
from monitor.service.turnstile import Certificate
from tests.parts.deployed import certificates
from tests.parts.key_changes import KeyChanger

SAID: Final = [b"a" * 3, b"b" * 50_000, b"c", b"d" * 16_384]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return Certificate(certificates(tmp_path_factory.mktemp("certificates"))).context


def connected(context: ssl.SSLContext) -> tuple[Tls, KeyChanger]:
    server, client = Tls(context), KeyChanger()
    while not client.shake_hands():
        assert server.received(client.says()) == b""
        client.hears(server.outgoing())
    assert server.received(client.says()) == b""
    return server, client


@pytest.mark.parametrize("largest", [1, 7, 1_000, 20_000, 1_000_000])
def test_data_comes_through_in_any_pieces(context: ssl.SSLContext, largest: int) -> None:
    server, client = connected(context)
    for data in SAID:
        client.send(data)
        client.change_keys()
    rng = random.Random(largest)  # noqa: S311 - a way to cut, not a secret
    sent, found = client.says(), b""
    while sent:
        size = rng.randint(1, largest)
        found += server.received(sent[:size])
        sent = sent[size:]
    assert found == b"".join(SAID)


@pytest.mark.parametrize("between", [b"", b"\xc0\x00"])
@pytest.mark.parametrize("together", [True, False])
def test_a_client_changes_its_keys_only_so_often(
    context: ssl.SSLContext, between: bytes, together: bool
) -> None:
    """However the changes arrive, and whatever is sent between them."""
    server, client = connected(context)
    for _ in range(EMPTY_AT_MOST):
        client.change_keys()
        if between:
            client.send(between)
        if not together:
            assert server.received(client.says()) == between
    if together:
        assert server.received(client.says()) == between * EMPTY_AT_MOST
    client.change_keys()
    with pytest.raises(ssl.SSLError, match="without data"):
        server.received(client.says())


def test_bytes_that_are_no_tls_are_refused_at_once(context: ssl.SSLContext) -> None:
    with pytest.raises(ssl.SSLError):
        Tls(context).received(b"\x10\x10\x00\x04MQTT\x04\x02")
