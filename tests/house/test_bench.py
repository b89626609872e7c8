"""The benchmarks run and print the figures they promise. Their speed is not tested here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("core", {"core_per_observation": "us", "core_replay_of_4_h": "s"}),
        pytest.param(
            "throughput",
            {
                "readings_stored_per_second": "1/s", "bare_loop_per_second": "1/s",
                "stored_to_bare_ratio": "1", "service_processor_share": "1",
            },
            marks=pytest.mark.alone,  # it takes all processors
        ),
        (
            "latency",
            {
                "publish_to_websocket_at_20_per_second_p50": "ms",
                "publish_to_websocket_at_20_per_second_p99": "ms",
                "shown_at_20_per_second": "1",
            },
        ),
        (
            "page",
            {
                "page_first_paint": "ms",
                "page_transferred": "kB",
                "page_of_one_core_with_12_sessions": "%",
                "page_heap": "MiB",
                "page_heap_growth": "MiB/h",
                "page_input_answered_within": "ms",
            },
        ),
        (
            "soak",
            {
                "soak_memory_at_50_per_second": "MiB",
                "soak_memory_growth_at_50_per_second": "MiB/h",
                "soak_stored_at_50_per_second": "1",
            },
        ),
    ],
)  # fmt: skip
def test_a_benchmark_prints_a_json_object_a_line(name: str, figures: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--only", name],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["name"]: row["unit"] for row in rows} == figures
    assert all(set(row) == {"name", "value", "unit"} for row in rows)
    # Growth may be negative.
    assert all(row["value"] > 0 for row in rows if "growth" not in row["name"])
