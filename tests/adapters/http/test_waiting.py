"""A person gets an answer although the database does not take an act, and the act goes on."""

import asyncio

import pytest
from structlog.testing import capture_logs

from monitor.adapters.http import waiting
from monitor.adapters.http.errors import Unavailable
from monitor.adapters.http.waiting import written


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_S", 0.0)


class Act:
    """An act that waits for the database."""

    def __init__(self) -> None:
        self.taken = asyncio.Event()
        self.done: list[str] = []

    async def run(self, error: Exception | None = None) -> str:
        await self.taken.wait()
        if error is not None:
            raise error
        self.done.append("written")
        return "a row"

    async def finished(self) -> None:
        """Let the database take it, and let the event loop follow."""
        self.taken.set()
        for _ in range(5):
            await asyncio.sleep(0)


async def test_an_act_that_is_taken_in_time_has_its_result_or_its_error() -> None:
    act = Act()
    act.taken.set()
    assert await written(act.run()) == "a row"
    with pytest.raises(LookupError, match="no such row"):
        await written(act.run(LookupError("no such row")))


@pytest.mark.usefixtures("impatient")
async def test_after_a_while_the_person_is_answered_and_the_act_goes_on() -> None:
    act = Act()
    with pytest.raises(Unavailable, match="It may still be saved"):
        await written(act.run())
    assert act.done == []
    with capture_logs() as lines:
        await act.finished()
    assert act.done == ["written"]
    assert lines == []


@pytest.mark.usefixtures("impatient")
async def test_an_act_that_fails_after_the_answer_is_logged_by_its_kind_alone() -> None:
    act = Act()
    with pytest.raises(Unavailable):
        await written(act.run(LookupError("a value")))
    with capture_logs() as lines:
        await act.finished()
    ((line),) = lines
    assert (line["event"], line["kind"]) == ("act_failed_late", "LookupError")
    assert "a value" not in str(line)


async def test_a_client_that_leaves_does_not_end_its_act() -> None:
    act = Act()
    asking = asyncio.create_task(written(act.run()))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await act.finished()
    assert act.done == ["written"]


async def test_an_act_that_the_end_of_the_service_cancels_is_no_failure(
    impatient: None,
) -> None:
    act = Act()
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    doing = asyncio.ensure_future(act.run())
    with pytest.raises(Unavailable):
        await written(doing)
    doing.cancel()
    with capture_logs() as lines:
        await act.finished()
    assert (lines, failures) == ([], [])
