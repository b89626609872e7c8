"""The state of all parts, for /readyz, /metrics and the self-test."""

from typing import Any, Final

from prometheus_client import CollectorRegistry, Gauge

from monitor.adapters.broker.own import OwnBroker
from monitor.adapters.http.ports.desk import Part
from monitor.adapters.store import Claim, Store
from monitor.codecs.times import iso
from monitor.service.clock import Clock
from monitor.service.health.broker_heard import Hearing
from monitor.service.health.canary import CanarySession
from monitor.service.health.dead_man import Ping
from monitor.service.health.lag import Lag
from monitor.service.ingest.unconfirmed import UnconfirmedMessages

# The canary session flies every minute: two flights were missed.
STALE_S: Final = 150.0


class Operation:
    """Reports which parts work. claim, canary, lag, ping: set after construction.

    pretended   the clock does not show real time
    broker      the service's own, if there is one
    """

    claim: Claim
    lag: Lag
    canary: CanarySession
    ping: Ping
    broker: OwnBroker | None = None

    def __init__(
        self, clock: Clock, store: Store, hearing: Hearing, holding: UnconfirmedMessages,
        registry: CollectorRegistry,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._store = store
        self._hearing = hearing
        self._holding = holding
        self.pretended = clock.following or clock.speed != 1
        self.detecting = False
        name = "dosing_monitor"
        self._gauges = {
            key: Gauge(f"{name}_{key}", text, registry=registry)
            for key, text in {
                "mqtt_received": "Messages received from the broker",
                "mqtt_acked": "Messages confirmed to the broker after their commit",
                "mqtt_unacked": "Messages that wait for their commit",
                "mqtt_waiting_seconds": "Age of the oldest message read and not decided yet",
                "mqtt_at_risk": "Messages confirmed to the broker that are not on disk",
                "mqtt_dropped": "Messages of ours that were dropped",
                "mqtt_reconnects": "Connections lost or failed",
                "mqtt_retained_cleared": "Retained messages cleared where nothing may stay",
                "mqtt_refused": "Connections that our own broker refused for their credentials",
                "mqtt_connected": "1 while connected and subscribed",
                "canary_seconds": "How long our own message takes round through the broker",
                "broker_lost": "1 while nothing is heard",
                "store_pending": "Entries not yet on disk",
                "store_oldest_seconds": "Age of the oldest entry that is not yet on disk",
                "store_refused": "Entries that the database will never take",
            }.items()
        }

    def readiness(self) -> dict[str, Part]:
        port, why = self._hearing.port, self._hearing.reason
        holding = self._holding
        fault = f"does not take writes: {holding.reason}" if holding.reason else ""
        round_trip = None if port is None else port.canary_seconds
        return {
            "broker": Part(
                not why,
                why,
                canary_s=round_trip,
                refused=None if self.broker is None else self.broker.refused,
            ),
            "database": Part(
                not fault,
                fault,
                held=holding.held,
                at_risk=holding.at_risk,
                window=holding.window,
            ),
            "claim": Part(self.claim.held, "" if self.claim.held else "being taken again"),
            "detection": Part(
                self.detecting, "" if self.detecting else "starting", loop_lag_s=self.lag.worst
            ),
        }

    def wrong(self) -> str:
        """Return the present faults of the parts and of the canary session; "" if all work."""
        parts = [f"{name}: {p.text}" for name, p in self.readiness().items() if not p.ready]
        return "; ".join([*parts, *filter(None, (self._canary_fault(),))])

    def _canary_fault(self) -> str:
        newest, flown = self.canary.newest, self.canary.flown_at
        if newest is None or flown is None:
            return "canary: not flown yet"
        if not newest.ok:
            return f"canary: {newest.why}"
        return "canary: not flown for long" if self._clock.real() - flown > STALE_S else ""

    async def self_test(self) -> dict[str, Any]:
        await self.canary.fly()
        return self.self_tested()

    def self_tested(self) -> dict[str, Any]:
        newest, ping, wrong = self.canary.newest, self.ping, self.wrong()
        answered = ping.answered_at
        return {
            "ok": not wrong,
            "detail": wrong,
            "at": None if newest is None else iso(newest.at),
            "total_s": round(newest.total, 4) if newest is not None and newest.ok else None,
            "loop_lag_s": round(self.lag.worst, 4),
            "steps": {} if newest is None else {k: round(s, 4) for k, s in newest.steps.items()},
            "ping": {
                "wanted": ping.wanted,
                "ok": ping.wanted and not ping.why and answered is not None,
                "detail": ping.why,
                "answered_s": None if answered is None else round(self._clock.real() - answered),
            },
        }

    def measure(self) -> None:
        port, gauges = self._hearing.port, self._gauges
        if port is not None:
            gauges["mqtt_received"].set(port.received)
            gauges["mqtt_acked"].set(port.acked)
            gauges["mqtt_unacked"].set(port.unacked)
            gauges["mqtt_waiting_seconds"].set(port.waiting_s)
            gauges["mqtt_dropped"].set(port.dropped)
            gauges["mqtt_reconnects"].set(port.reconnects)
            gauges["mqtt_retained_cleared"].set(port.cleared)
            gauges["mqtt_connected"].set(port.connected)
            gauges["canary_seconds"].set(port.canary_seconds or 0.0)
        if self.broker is not None:
            gauges["mqtt_refused"].set(self.broker.refused)
        gauges["mqtt_at_risk"].set(self._holding.at_risk)
        gauges["broker_lost"].set(self._hearing.deaf or 0)
        oldest = self._store.oldest
        gauges["store_pending"].set(self._store.pending)
        gauges["store_oldest_seconds"].set(max(0.0, self._clock.now() - oldest) if oldest else 0)
        gauges["store_refused"].set(self._store.refused)
