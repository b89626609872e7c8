"""Fixtures of the page in a real browser against a running service.

The tests of a file share the service and the broker, and all share the browser, and so one event
loop; each has its own window, cookies and sessions.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.parts import Mosquitto, launched
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher
from tests.parts.sinks import HttpSink
from tests.web.hands import Desk, sign_in

# Far more than a page needs, for a machine that is busy with other work.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path_factory.mktemp("mosquitto")).start()
    yield broker
    broker.kill()


@pytest.fixture(scope="module")
def serving(
    tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto
) -> Iterator[Callable[..., Product]]:
    """`serving(CLOCK_SPEED="10")` starts a service; thea is a therapist in it."""
    made: list[Product] = []

    def start(**settings: str) -> Product:
        directory: Path = tmp_path_factory.mktemp("product")
        product = Product(directory, MQTT_URL=broker.url, **settings)
        made.append(product)
        product.user("thea", "therapist")
        return product.start()

    yield start
    for product in made:
        product.discard()


@pytest.fixture(scope="module")
def product(serving: Callable[..., Product]) -> Product:
    """A service with the therapist thea and the viewer vera."""
    product = serving()
    product.user("vera", "viewer")
    return product


@pytest.fixture(scope="module")
def played(serving: Callable[..., Product]) -> Product:
    """A service for a `Story`: its minute takes half a second; mara may take a session over."""
    product = serving(CLOCK_SPEED="120")
    product.user("mara", "therapist")
    return product


@pytest.fixture(scope="module")
def sink() -> Iterator[HttpSink]:
    """The server at which notices arrive."""
    sink = HttpSink()
    yield sink
    sink.close()


@pytest.fixture(scope="module")
def clinic(product: Product) -> Clinic:
    return Clinic(product)


@pytest.fixture(scope="module")
def devices(broker: Mosquitto) -> Iterator[Publisher]:
    with Publisher(broker.port) as publisher:
        yield publisher


@pytest.fixture
def desk(clinic: Clinic, devices: Publisher) -> Iterator[Desk]:
    """Opens sessions for this test and closes them after it."""
    desk = Desk(clinic, devices)
    yield desk
    desk.close_all()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """An empty page, 1280 by 800; an uncaught exception of a script in it fails the test."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    try:
        yield page
        assert thrown == []
    finally:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def wall(page: Page, product: Product) -> Page:
    """The wall, the view of all sessions, with the therapist thea signed in."""
    await sign_in(page, product)
    return page
