"""Behind a trusted proxy, its headers give the client's address and whether it uses HTTPS."""

from collections.abc import Callable

import httpx
import pytest

from tests.parts import Mosquitto
from tests.parts.product import PASSWORD, Product


@pytest.mark.parametrize(("trusted", "told_apart"), [("127.0.0.0/8", True), ("10.0.0.1", False)])
def test_failed_sign_ins_are_counted_by_who_asks(
    product_with: Callable[..., Product], mosquitto: Mosquitto, trusted: str, told_apart: bool
) -> None:
    product = product_with(MQTT_URL=mosquitto.url, TRUSTED_PROXIES=trusted)

    def sign_in(password: str, asks: str) -> httpx.Response:
        given = {"username": "thea", "password": password}
        said = {"X-Forwarded-For": asks, "X-Forwarded-Proto": "https"}
        return httpx.post(f"{product.url}/api/v1/login", json=given, headers=said)

    assert [sign_in("wrong", "203.0.113.9").status_code for _ in range(6)] == [401] * 5 + [429]
    assert sign_in(PASSWORD, "203.0.113.9").status_code == 429
    elsewhere = sign_in(PASSWORD, "203.0.113.10")
    assert (elsewhere.status_code == 200) is told_apart
    assert ("secure" in elsewhere.headers.get("set-cookie", "").lower()) is told_apart
