"""Fixtures of the whole product with real parts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.parts import Mosquitto, free_port
from tests.parts.mosquitto import mosquitto_program
from tests.parts.product import Clinic, Product


@pytest.fixture
def product_with(tmp_path: Path) -> Iterator[Callable[..., Product]]:
    """`product_with(MQTT_URL=…)` starts the service with a therapist called thea."""
    made: list[Product] = []

    def make(**settings: str) -> Product:
        directory = tmp_path / f"product{len(made)}"
        directory.mkdir()
        product = Product(directory, **settings)
        made.append(product)
        product.user("thea", "therapist")
        return product.start()

    yield make
    for product in made:
        product.discard()


@pytest.fixture(params=["mosquitto", "amqtt"])
def own(request: pytest.FixtureRequest, product_with: Callable[..., Product]) -> Product:
    """The service with the broker that it starts itself."""
    if request.param == "mosquitto":
        mosquitto_program()
    return product_with(BROKER=request.param, MQTT_PORT=str(free_port()))


@pytest.fixture
def product(product_with: Callable[..., Product], mosquitto: Mosquitto) -> Product:
    return product_with(MQTT_URL=mosquitto.url)


@pytest.fixture
def clinic(product: Product) -> Clinic:
    return Clinic(product)
