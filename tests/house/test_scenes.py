"""A scene is a test: it fails by itself, and only by itself."""

import asyncio
from typing import Any

import pytest

from tests.web.scenes import Scene, Scenes, scene


async def good(_: Any) -> None:
    """The other scene ends meanwhile."""


async def bad(_: Any) -> None:
    pytest.fail("as it should")


async def test_a_scene_that_fails_fails_its_own_test_alone() -> None:
    begun: dict[Scene[Any], asyncio.Task[None]] = {
        play: asyncio.create_task(play(1)) for play in (bad, good)
    }
    await scene(good)(Scenes(begun))
    with pytest.raises(pytest.fail.Exception, match="as it should"):
        await scene(bad)(Scenes(begun))
    assert scene(good).__name__ == "good"
