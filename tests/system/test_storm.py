"""Many straps return simultaneously: much to decide, but no reason to call the broker lost."""

import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from tests.adapters.raw_mqtt import publish
from tests.bench.load import connect
from tests.bench.stage import BROKER
from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import Clinic, Product

pytestmark = pytest.mark.alone

# 5,000 sessions and 800 straps take minutes; docs/reliability.md has the results of that.
SESSIONS: Final = 300
KEPT: Final = 100  # readings that each strap kept while it was away
BURST_S: Final = 1.0


def test_straps_that_come_back_in_one_second_make_no_broker_lost(
    product_with: Callable[..., Product], mosquitto_with: Callable[..., Mosquitto]
) -> None:
    broker = mosquitto_with(BROKER)
    product = product_with(MQTT_URL=broker.url)
    clinic = Clinic(product)
    with ThreadPoolExecutor(4) as pool:
        straps = [f"strap-{n}" for n in range(SESSIONS)]
        list(pool.map(lambda s: clinic.session(f"S {s}", {s: "heart_rate"}), straps))
    gateway = connect(broker.port, "gateway")
    gateway.settimeout(60)
    now = time.time()
    packets = [
        publish(
            f"dosing/v1/home/{strap}/readings",
            json.dumps({"seq": k, "hr": 70 + k % 5, "t": round((now - KEPT + k) * 1000)}).encode(),
            packet_id=n % 65_535 + 1,
        )
        for n, (strap, k) in enumerate((s, k) for s in straps for k in range(KEPT))
    ]
    began = time.time()
    gateway.sendall(b"".join(packets))

    def metric(name: str) -> float:
        text = clinic.http.get(f"{product.url}/metrics").text
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    longest = []

    def all_stored() -> bool:
        longest.append(metric("dosing_monitor_canary_seconds"))
        return metric('dosing_monitor_observations_total{result="stored"}') >= len(packets)

    wait_until_blocking(all_stored, 120, "every reading to be stored")
    took = time.time() - began
    gateway.close()
    print(f"decided and stored in {took:.1f} s, canary {max(longest):.3f} s, "  # noqa: T201
          f"loop late by {metric('dosing_monitor_loop_lag_seconds'):.3f} s")  # fmt: skip
    assert took > 2 * BURST_S, "it was no storm"
    assert '"broker_lost"' not in product.log
    assert max(longest) < 1.5
    assert "mqtt_connection" in product.log
    assert product.log.count('"up": false') == 0
