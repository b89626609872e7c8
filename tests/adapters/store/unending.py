"""A process to kill: it stores readings of session e0 for ever and prints confirmed numbers.

`python -m tests.adapters.store.unending URL FIRST`: sequence numbers from FIRST on.
"""

import asyncio
import sys

from monitor.adapters.store import Store
from tests.adapters.store.sessions import reading


async def main(url: str, first: int) -> None:
    store = Store(url)
    store.start(asyncio.get_running_loop(), confirmed, lambda error: None)
    n = first
    while True:
        # About as much as a busy clinic sends while one commit runs.
        for _ in range(20):
            store.append(reading(n))
            n += 1
        await asyncio.sleep(0)
        if store.pending > 200:
            await store.flush()


def confirmed(tokens: list[object]) -> None:
    sys.stdout.write("".join(f"{token}\n" for token in tokens))
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
