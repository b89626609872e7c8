"""The running service decides a played recording as `analyze` decides its file."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Final, cast

import pytest
from msgspec import Struct

from monitor.codecs.times import from_iso
from monitor.codecs.trace import read_trace
from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import REPOSITORY, Clinic, Product, run_command

pytestmark = pytest.mark.alone

DOSE_AT: Final = 600.0
HEARD_WITHIN_S: Final = 1.0  # real seconds from the player to the decision on a busy machine
# seconds from the start, condition, transition, priority, and the value that caused the decision
Decision = tuple[float, str, str, str, float | None]


class Recording(Struct, frozen=True):
    """speed: of the service and its player; sample: seconds between two samples of the file."""

    name: str
    speed: int
    sample: float


# The second file has readings in the same second in which a timer falls due: the grace of one
# second is 17 ms at this speed; at twice the speed it was too short for a busy machine.
RECORDINGS = [
    Recording("intellivue_1hz/pt26_art_ecghr.csv", 20, 1.03),
    Recording("mimic2_numerics/s25047_rawzero.csv", 60, 60),
    Recording("abp_wave_derived/mimicdb_037_00181.csv", 20, 0.5),
]
Live = dict[Recording, "Future[list[Decision]]"]


@pytest.fixture(scope="module")
def live(
    request: pytest.FixtureRequest, traces: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """The decisions on each recording of this run: all are played in parallel, each to a service
    of its own, since a service has one clock."""
    wanted = [
        cast(Recording, item.callspec.params["recording"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
        if hasattr(item, "callspec")
    ]
    with ExitStack() as ending, ThreadPoolExecutor(len(wanted)) as together:
        clinics = [_clinic(recording.speed, tmp_path_factory, ending) for recording in wanted]
        yield {
            recording: together.submit(_play, clinic, recording, traces)
            for recording, clinic in zip(wanted, clinics, strict=True)
        }


def _clinic(speed: int, places: pytest.TempPathFactory, ending: ExitStack) -> Clinic:
    """Start a service and its broker until the end of `ending`."""
    broker = Mosquitto(places.mktemp("mosquitto")).start()
    ending.callback(broker.kill)
    product = Product(places.mktemp("product"), MQTT_URL=broker.url, CLOCK_SPEED=str(speed))
    ending.callback(product.discard)
    product.user("thea", "therapist")
    return Clinic(product.start())


def _play(clinic: Clinic, recording: Recording, traces: Path) -> list[Decision]:
    file = traces / recording.name
    rows = [row for row in read_trace(file) if row.values]
    values = sum(len(row.values) for row in rows)
    product = clinic.product
    encounter = clinic.session("Fjord 05", {"bedside": "gateway"})
    player = subprocess.Popen(
        [sys.executable, "-m", "simulators", "replay", str(file),
         "--mqtt", product.environment["DOSING_MONITOR_MQTT_URL"], "--device", "bedside",
         "--speed", str(recording.speed), "--api", product.url],
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        start = _dose_on_time(clinic, encounter, rows[0].t_s)
        out, err = player.communicate(timeout=200)
    finally:
        player.kill()
    assert player.returncode == 0, err
    assert json.loads(out)["values"] == values
    route = f"/encounters/{encounter}/observations"
    wait_until_blocking(lambda: clinic.get(route, limit=1)["count"] == values, what="every value")
    return _decided(clinic, encounter, start)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_live_and_analyzed_decisions_are_the_same(
    live: Live, traces: Path, tmp_path: Path, recording: Recording
) -> None:
    expected = _analyzed(traces / recording.name, tmp_path)
    decided = live[recording].result()[: len(expected)]
    assert [d[1:] for d in decided] == [d[1:] for d in expected]
    for (at, *_), (wanted, *_) in zip(decided, expected, strict=True):
        # The record has the time of decision: when a reading arrived, never before it was measured.
        late = at - wanted
        assert -recording.sample <= late <= recording.sample + HEARD_WITHIN_S * recording.speed


def _dose_on_time(clinic: Clinic, encounter: str, first: float) -> float:
    """Record the dose at second 600 of the recording; return when the recording began, epoch s.

    first: seconds from the start of the recording to its first value
    """
    route = f"/encounters/{encounter}/observations"
    reading = wait_until_blocking(lambda: clinic.get(route, limit=1)["items"], 20, "a reading")[0]
    start = from_iso(reading["measured"]) - first

    def due() -> bool:
        answer = clinic.http.get(f"{clinic.product.url}/healthz").json()
        return from_iso(answer["time"]) >= start + DOSE_AT

    # `analyze` judges all later readings after the dose, so it must not be late here.
    wait_until_blocking(due, 60, "second 600", longest=0.01)
    clinic.dose(encounter, at=round((start + DOSE_AT) * 1000))
    return start


def _analyzed(file: Path, directory: Path) -> list[Decision]:
    done, again = (
        run_command("analyze", str(file), "--protocol", "sl_home", directory=directory)
        for _ in range(2)
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == again.stdout
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        (line["t_s"], line["condition"], line["transition"], line["priority"], line["value"])
        for line in lines
        if line["event"] == "alarm"
    ]


def _decided(clinic: Clinic, encounter: str, start: float) -> list[Decision]:
    journal = clinic.everything(f"/encounters/{encounter}/journal")
    bodies = [row["body"] for row in journal if row["type"] == "alarm"]
    return [
        (
            body["at"] - start,
            body["alarm"]["condition"],
            body["transition"],
            body["alarm"]["priority"],
            body["alarm"]["value"],
        )
        for body in bodies
        if body["alarm"]["condition"] != "unattended"  # a trace has no supervisor
    ]
