"""amqtt in a separate process: `python -m monitor.adapters.broker.amqtt_broker --socket PATH`.

With `--accounts DIRECTORY` it lets in only the accounts in the files that `access` wrote there.
Connections come through `amqtt_admission`.

It ends when its standard input ends: the parent process has the other end of that pipe, so that a
parent that was killed leaves no broker behind.

Its shortcomings against mosquitto are the expected failures of
tests/adapters/broker/test_broker_contract.py.
"""

import argparse
import asyncio
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amqtt.broker import Action
from amqtt.errors import BrokerError
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from monitor.adapters.broker.access import Access, Doorkeeper
from monitor.adapters.broker.amqtt_admission import LISTENER, Admission, GuardedBroker
from monitor.adapters.broker.ending import told_to_end


def configuration(accounts: str = "") -> dict[str, Any]:
    """Return amqtt's configuration.

    It lists the plugins explicitly: by default amqtt also logs every packet.
    """
    door: dict[str, Any] = {
        "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
    }
    if accounts:
        # The name to import this module by; in this process it is `__main__`.
        here = "monitor.adapters.broker.amqtt_broker"
        door = {
            f"{here}.Door": {"accounts": accounts},
            f"{here}.TopicRules": {"accounts": accounts},
        }
    return {
        "listeners": {LISTENER: {"type": "external"}},
        "plugins": door,
    }


@dataclass
class _Config:
    accounts: str


class Door(BaseAuthPlugin):  # type: ignore[misc]
    """amqtt plugin: who may connect."""

    Config = _Config

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self._keeper = Doorkeeper(Path(context.config.accounts))

    async def authenticate(self, *, session: Session) -> bool:
        return self._keeper.knows(session.username, session.password)


class TopicRules(BaseTopicPlugin):  # type: ignore[misc]
    """amqtt plugin: who may publish and subscribe to which topics."""

    Config = _Config

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self._keeper = Doorkeeper(Path(context.config.accounts))

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None,
        action: Action | None = None,
    ) -> bool:  # fmt: skip
        if session is None or topic is None:
            return False
        access: Access = "write" if action is Action.PUBLISH else "read"
        return self._keeper.permits(session.username, access, topic)


async def serve(at: str, accounts: str = "") -> None:
    """Run the broker until standard input ends or SIGTERM arrives."""
    with told_to_end() as over:
        broker = GuardedBroker(configuration(accounts))
        await broker.start()
        admission = Admission(broker, Doorkeeper(Path(accounts)) if accounts else None)
        server = await admission.serve(at)
        watching = asyncio.create_task(admission.watch(), name="accounts")
        await over.wait()
    watching.cancel()
    server.close()
    await broker.shutdown()
    admission.hang_up()


def _be_quiet() -> None:
    """Log errors only, one line each; below that level amqtt logs every connection and packet."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    # A client connected and left again, as a program does that waits for the port to open.
    handler.addFilter(lambda record: not record.getMessage().startswith("No data from"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler])


def main() -> int:
    """Return the exit status: 0 when stopped on request, 1 when the broker cannot start."""
    parser = argparse.ArgumentParser(prog="python -m monitor.adapters.broker.amqtt_broker")
    parser.add_argument("--socket", required=True)
    parser.add_argument("--accounts", default="")
    arguments = parser.parse_args()
    _be_quiet()
    try:
        asyncio.run(serve(arguments.socket, arguments.accounts))
    except (BrokerError, OSError) as error:
        sys.stdout.write(f"ERROR: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
