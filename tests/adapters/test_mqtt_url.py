"""Which broker addresses are accepted, and the messages about the others."""

import pytest

from monitor.adapters.mqtt import BadBrokerUrl, BrokerUrl, parse_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("mqtt://broker", BrokerUrl("broker", 1883)),
        ("mqtt://127.0.0.1:1884/", BrokerUrl("127.0.0.1", 1884)),
        ("MQTTS://broker", BrokerUrl("broker", 8883, tls=True)),
        ("mqtt://[::1]:1884", BrokerUrl("::1", 1884)),
        ("mqtt://u:p@broker", BrokerUrl("broker", 1883, username="u", password="p")),
        (
            "mqtts://a%40b:%3A%2F%25@broker:1",
            BrokerUrl("broker", 1, tls=True, username="a@b", password=":/%"),
        ),
    ],
)
def test_an_address(text: str, url: BrokerUrl) -> None:
    assert parse_url(text) == url


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "mqtt://"),
        ("broker:1883", "mqtt://"),
        ("http://broker", "mqtt://"),
        ("mqtt://", "no host"),
        ("mqtt://:1883", "no host"),
        ("mqtt://u:secret@", "no host"),
        ("mqtt://broker:port", "host or port"),
        ("mqtt://broker:70000", "host or port"),
        ("mqtt://broker:0", "1 to 65535"),
        ("mqtt://[::1", "host or port"),
        ("mqtt://a..b", "host or port"),
        ("mqtt://broker/topic", "nothing may follow"),
        ("mqtt://u:sec?ret@broker", "%3F"),
        ("mqtt://u:12/secret@broker", "nothing may follow .*%2F"),
        ("mqtt://u@broker", "both"),
        ("mqtt://:secret@broker", "both"),
        ("mqtt://bro ker", "blank"),
    ],
)
def test_what_is_not_an_address(text: str, says: str) -> None:
    with pytest.raises(BadBrokerUrl, match=says) as caught:
        parse_url(text)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_password_does_not_show() -> None:
    url = parse_url("mqtts://user:secret@[::1]:1")
    assert "secret" not in f"{url} {url!r} {url.redacted}"
    assert url.redacted == "mqtts://[::1]:1"
    assert url.anonymous() == parse_url("mqtts://[::1]:1")
