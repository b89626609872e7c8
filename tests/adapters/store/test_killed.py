"""A process killed in the middle of writing: all confirmed readings are on disk, once."""

import subprocess
import sys
from pathlib import Path

from monitor.adapters.store import Store
from monitor.adapters.store.questions.encounters import open_encounters
from monitor.core.vocabulary.inputs import Observed
from tests.adapters.store.running import Running, ask, numbers
from tests.adapters.store.sessions import furnish, opening, reading

REPOSITORY = Path(__file__).parents[3]
KILLS = 3


def confirmed_before_the_kill(url: str, first: int) -> list[int]:
    """Run the writing process, kill it in full flow, and return the numbers that it confirmed."""
    arguments = [sys.executable, "-m", "tests.adapters.store.unending", url, str(first)]
    with subprocess.Popen(arguments, cwd=REPOSITORY, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        early = [process.stdout.readline() for _ in range(400)]
        process.kill()
        late = process.stdout.read().splitlines(keepends=True)
    # The pipe may break off in the middle of the last number.
    return [int(line) for line in (*early, *late) if line.endswith(b"\n")]


async def test_everything_confirmed_survives_kill_9(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.run(furnish)
    starter = Running(url)
    starter.go()
    await starter.commit(opening())
    await starter.stop()

    confirmed: list[int] = []
    for _ in range(KILLS):
        confirmed += confirmed_before_the_kill(url, len(confirmed) + 1)
        stored = ask(url, numbers)
        assert set(confirmed) <= set(stored)
        assert len(stored) == len(set(stored))
        confirmed = stored

    # A sender without a confirmation sends again.
    again = Running(url)
    again.go()
    most = max(confirmed)
    for n in range(most - 50, most + 50):
        again.append(reading(n))
    await again.flush()
    await again.stop()
    assert ask(url, numbers) == list(range(1, most + 50))
    (left,) = ask(url, open_encounters)
    steps = left.tail
    assert [step.n for step in steps] == list(range(1, len(steps) + 1))
    journalled = {s.input.observation.seq for s in steps if isinstance(s.input, Observed)}
    assert journalled == set(range(1, most + 50))
