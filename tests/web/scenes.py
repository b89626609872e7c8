"""Scenes of the page that are played at the same time, each on a stage of its own.

A scene mostly waits for a clock, so all scenes of a file take as long as its longest. The first
test of the file begins them all, and each test awaits its own. A stage has a service of its own:
scenes that share one would meet in its alarm bar.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from msgspec import Struct
from playwright.async_api import Browser, Page, ViewportSize

from tests.parts import Mosquitto
from tests.parts.product import LAST_LINES, Clinic, Product
from tests.parts.publisher import Publisher
from tests.web.hands import Desk

WINDOW: Final = ViewportSize(width=1280, height=800)


class Stage(Struct):
    """The place of one scene: a window, and a service with the therapist thea, whose desk it is."""

    page: Page
    product: Product
    desk: Desk
    broker: Mosquitto


S = TypeVar("S")
Scene = Callable[[S], Coroutine[Any, Any, None]]
Stages = Callable[[Path], AbstractAsyncContextManager[S]]


class Scenes:
    """The scenes that are played now."""

    def __init__(self, begun: dict[Scene[Any], asyncio.Task[None]]) -> None:
        self._begun = begun

    async def end_of(self, scene: Scene[Any]) -> None:
        """Wait for the end of a scene; raise what it raised."""
        await self._begun[scene]


def scene(play: Scene[S]) -> Callable[[Scenes], Coroutine[Any, Any, None]]:
    """Make a scene a test, which needs the fixture `scenes` of its file."""

    async def test(scenes: Scenes) -> None:
        await scenes.end_of(play)

    test.__name__, test.__doc__, test.scene = play.__name__, play.__doc__, play  # type: ignore[attr-defined]
    return test


@asynccontextmanager
async def played(
    request: pytest.FixtureRequest, places: pytest.TempPathFactory, stages: Stages[S]
) -> AsyncIterator[Scenes]:
    """Play all scenes of the file that this run wants, each on a stage in a folder of its own."""
    functions = [
        item.function
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    ]
    wanted = {function.scene for function in functions if hasattr(function, "scene")}

    async def one(play: Scene[S], folder: Path) -> None:
        async with stages(folder) as stage:
            await play(stage)

    begun = {play: asyncio.create_task(one(play, places.mktemp("scene"))) for play in wanted}
    try:
        yield Scenes(begun)
    finally:
        for task in begun.values():
            task.cancel()
        await asyncio.gather(*begun.values(), return_exceptions=True)


def in_windows(chromium: Browser, **settings: str) -> Stages[Stage]:
    """Return how to make a stage with a window and a service of these settings."""

    @asynccontextmanager
    async def stage(folder: Path) -> AsyncIterator[Stage]:
        async with AsyncExitStack() as ending:
            context = await chromium.new_context(viewport=WINDOW)
            ending.push_async_callback(context.close)
            page = await context.new_page()
            thrown: list[str] = []
            page.on("pageerror", lambda error: thrown.append(str(error)))
            broker, product = await ending.enter_async_context(service(folder, **settings))
            devices = ending.enter_context(Publisher(broker.port))
            yield Stage(page, product, Desk(Clinic(product), devices), broker)
            assert thrown == []

    return stage


@asynccontextmanager
async def service(folder: Path, **settings: str) -> AsyncIterator[tuple[Mosquitto, Product]]:
    """Start a broker and a service, without waiting in the event loop."""
    broker, product = await asyncio.to_thread(_started, folder, settings)
    try:
        yield broker, product
    except Exception as error:
        # The service is gone by the time at which the failure is printed.
        error.add_note("\n".join(product.log.splitlines()[-LAST_LINES:]))
        raise
    finally:
        product.discard()
        broker.kill()


def _started(folder: Path, settings: dict[str, str]) -> tuple[Mosquitto, Product]:
    for place in (folder / "broker", folder / "product"):
        place.mkdir()
    broker = Mosquitto(folder / "broker").start()
    product = Product(folder / "product", MQTT_URL=broker.url, **settings)
    product.user("thea", "therapist")
    return broker, product.start()
