"""The connection under random cuts, silences, restarts and messages: a state machine test.

No message that the broker accepted is lost, each loss and each return is reported in turn, and once
all is well the client receives again, by itself.
"""

import asyncio
import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from monitor.adapters.mqtt import Arrival, Canary, client, link
from tests.adapters.raw_mqtt import RawClient
from tests.adapters.test_mqtt import TOPIC, Service
from tests.parts import Mosquitto, wait_until
from tests.parts.proxy import WeakLink

HEARS_AGAIN_S: Final = 15.0
TOLD_S: Final = 5.0
CANARY: Final = Canary("dosing/v1/canary/monitor", every_s=0.05, patience_s=0.6)


class AnyNetwork(RuleBasedStateMachine):
    """A real broker, a network that fails, and the client between them."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory()
        self.broker = Mosquitto(Path(self.place.name)).start()
        self.runner = asyncio.Runner()
        self.sent: set[bytes] = set()
        self.well = True
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        self.network = WeakLink(self.broker.port)
        await self.network.open()
        self.service = Service(
            f"mqtt://127.0.0.1:{self.network.port}", on_message=self._take, canary=CANARY
        )
        self.running = asyncio.create_task(self.service.port.run())
        await self.service.connected()

    def _take(self, arrival: Arrival) -> None:
        self.service.arrivals.append(arrival)
        self.service.port.ack(arrival.token)

    @precondition(lambda self: self.broker.running)
    @rule(count=st.integers(1, 20))
    def devices_send(self, count: int) -> None:
        async def send() -> None:
            async with RawClient(self.broker.port, "device") as device:
                for _ in range(count):
                    payload = b"%d" % len(self.sent)
                    await device.publish(TOPIC, payload)
                    self.sent.add(payload)

        self.runner.run(send())

    @rule()
    def the_link_breaks(self) -> None:
        self.runner.run(self._now(self.network.cut))

    @rule()
    def the_link_stays_down(self) -> None:
        self.runner.run(self._now(self.network.go_down))
        self.well = False

    @rule()
    def the_link_falls_silent(self) -> None:
        self.runner.run(self._now(self.network.freeze))
        self.well = False

    @precondition(lambda self: self.broker.running)
    @rule()
    def the_broker_stops(self) -> None:
        """An orderly stop: its queue for us is on its disk."""
        self.broker.stop()
        self.well = False

    @precondition(lambda self: not self.well)
    @rule()
    def the_loss_is_told(self) -> None:
        self.runner.run(
            wait_until(lambda: not self.service.port.connected, TOLD_S, "the loss to be told")
        )

    @rule()
    def all_is_mended(self) -> None:
        """And so it receives every message that the broker ever accepted, without intervention."""
        if not self.broker.running:
            self.broker.start()
        self.runner.run(self._now(self.network.heal))
        self.well = True
        self.runner.run(self._hears_all())

    @invariant()
    def losses_and_returns_are_told_in_turn(self) -> None:
        ups = [up for up, _ in self.service.states]
        assert not any(a and b for a, b in itertools.pairwise(ups)), self.service.states
        assert ups[:1] == [True]

    @invariant()
    def nothing_is_heard_that_nobody_said(self) -> None:
        assert set(self.service.payloads) <= self.sent
        assert not self.service.errors
        assert not self.running.done()

    async def _now(self, act: Callable[[], None]) -> None:
        act()

    async def _hears_all(self) -> None:
        def all_of_it() -> bool:
            return (
                self.service.port.connected
                and set(self.service.payloads) == self.sent
                and self.service.port.unacked == 0
            )

        await wait_until(all_of_it, HEARS_AGAIN_S, "everything that was sent")

    def teardown(self) -> None:
        try:
            self.all_is_mended()
        finally:
            self.runner.run(self._end())
            self.runner.close()
            self.broker.kill()
            self.place.cleanup()

    async def _end(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.network.close()


def test_it_hears_again_whatever_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    """With timeouts of milliseconds: it tests the order of events, not the waiting."""
    monkeypatch.setattr(link, "ANSWER_S", 0.5)
    monkeypatch.setattr(client, "FIRST_RETRY_S", 0.01)
    monkeypatch.setattr(client, "LONGEST_RETRY_S", 0.2)
    run_state_machine_as_test(
        AnyNetwork,
        settings=settings(
            max_examples=40, stateful_step_count=14, deadline=None, database=None,
            phases=[Phase.generate],  # shrinking would take an hour: each failure waits
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
