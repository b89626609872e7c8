"""The service with a task that blocks its event loop: `python -m tests.system.blocked SECONDS`.

It reads the same configuration as the service. SECONDS is how long the loop is blocked.
"""

import asyncio
import os
import sys
import time
from functools import partial

from monitor.config import load
from monitor.service.process.logs import configure
from monitor.service.process.run import Service, run
from monitor.service.process.watchdog import Watchdog


async def hang(service: Service, seconds: float) -> None:
    await service.listening.wait()
    await asyncio.sleep(2)  # so that the watchdog has seen a running loop
    time.sleep(seconds)  # noqa: ASYNC251 - the fault itself
    sys.stderr.write("it goes on\n")
    await asyncio.Event().wait()


def main() -> None:
    configure()
    service = Service(load(os.environ))
    service.watchdog = Watchdog(missed_most=3)
    asyncio.run(run(service, partial(hang, service, float(sys.argv[1]))))


if __name__ == "__main__":
    main()
