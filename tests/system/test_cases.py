"""Faults of real cuffs, straps and gateways that others reported, played to the whole product.

The cases are files that are not part of this repository; each is one session, and all of one speed
share a service. Of their content, this module repeats only the values that an assertion needs.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Final, cast

import pytest
from msgspec import Struct

from tests.parts import Mosquitto, recordings
from tests.parts.cases import Heard, ServiceClock, Stage, Told, moment, play, read_case
from tests.parts.product import Clinic, Product

# All cases run in parallel: the time of the longest one, and of the start of its service.
pytestmark = pytest.mark.timeout(240)

STARTS_S: Final = 90.0  # on a machine that others use as well
MINUTE: Final = 60.0
# Delay allowed to a busy machine, in seconds of a service's clock at 30 times the speed.
SLACK_S: Final = 20.0
MEASURES_S: Final = 60.0  # the longest measurement of a cuff


class Case(Struct, frozen=True):
    """name    the first part of its file's name
    speed   of the service's clock; low enough that every gap between two messages stays visible
    after   service seconds from the last message until the result is read
    """

    name: str
    speed: int
    after: float


def case(name: str, *, speed: int = 2, after: float = 6.0) -> pytest.MarkDecorator:
    given = pytest.param(Case(name, speed, after), id=name)
    return pytest.mark.parametrize("told", [given], indirect=True)


Futures = dict[str, "Future[Told]"]


@pytest.fixture(scope="module")
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Futures]:
    """Play every case that this run needs, all in parallel."""
    folder = recordings("cases")
    wanted = {
        cast(Case, item.callspec.params["told"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
        if hasattr(item, "callspec")
    }
    with ExitStack() as ending, ThreadPoolExecutor(max(1, len(wanted))) as together:
        stages = _stages({case.speed for case in wanted}, tmp_path_factory, ending)
        yield {
            case.name: together.submit(_play, stages[case.speed], folder, case) for case in wanted
        }


@pytest.fixture
def told(request: pytest.FixtureRequest, played: Futures) -> Told:
    return played[request.param.name].result()


def _stages(
    speeds: set[int], places: pytest.TempPathFactory, ending: ExitStack
) -> dict[int, Stage]:
    """Start a service with a broker for each speed."""
    products = {}
    for speed in speeds:
        broker = Mosquitto(places.mktemp("mosquitto")).start()
        ending.callback(broker.kill)
        product = Product(
            places.mktemp("product"), MQTT_URL=broker.url, CLOCK_SPEED=str(speed)
        )  # fmt: skip
        ending.callback(product.discard)
        product.user("thea", "therapist")
        products[speed] = product, broker.port
    with ThreadPoolExecutor() as together:
        list(together.map(lambda p: p[0].start(STARTS_S), products.values()))
    return {
        speed: Stage(Clinic(product), ServiceClock(product.url), port)
        for speed, (product, port) in products.items()
    }


def _play(stage: Stage, folder: Path, case: Case) -> Told:
    (file,) = folder.glob(f"{case.name}-*.jsonl")
    return play(stage, read_case(file), name=case.name, after=case.after)


def test_every_file_has_a_test(request: pytest.FixtureRequest) -> None:
    files = {file.name.split("-")[0] for file in recordings("cases").glob("*.jsonl")}
    marks = [
        mark
        for function in vars(request.module).values()
        for mark in getattr(function, "pytestmark", ())
        if isinstance(mark, pytest.Mark)
    ]
    tested = {m.args[1][0].values[0].name for m in marks if m.name == "parametrize"}
    assert files
    assert tested == files


# --- gates ------------------------------------------------------------------------------------


@case("F01", speed=10, after=2)
def test_two_pressures_that_come_apart_shut_the_gate_as_one(told: Told) -> None:
    ((status, answer),) = told.doses
    assert status == 409, answer
    unmet = {row["id"]: row["text"] for row in answer["unmet"]}
    assert "178" in unmet["sbp"]
    assert "104" in unmet["dbp"]


# --- clocks -----------------------------------------------------------------------------------


@case("F02")
def test_a_clock_that_is_set_right_makes_nothing_late(told: Told) -> None:
    assert told.rows("sbp")
    assert [row for row in told.observations if row["state"] == "late"] == []
    raised = [e["alarm"] for e in told.events("alarm") if e["alarm"]["condition"] == "sbp_high"]
    assert (raised[0]["priority"], raised[0]["value"]) == ("high", 190)
    assert told.standing("sbp_high")["priority"] == "high"
    (step,) = told.events("clock_stepped")
    assert step["device"] == told.cuff
    assert step["by_s"] == pytest.approx(-900, abs=SLACK_S)


SILENT_S: Final = 30.0  # without a heart rate until the alarm


@case("F03", speed=10)
def test_a_clock_that_jumps_back_never_silences_both_rate_and_silence(told: Told) -> None:
    (first, *_) = [row for row in told.rows("hr") if row["value"] >= 145]
    begins = moment(first["issued"]) + SILENT_S + SLACK_S / 2
    ends = moment(told.rows("hr")[-1]["issued"])
    assert ends - begins > MINUTE
    about = [*told.alarms_of("hr_high"), *told.alarms_of("no_data")]
    holds = [
        (moment(a["raised_at"]), moment(a["cleared_at"]) if a["cleared_at"] else ends)
        for a in about
        if a["vital"] == "hr"
    ]
    unwatched = [s for s in range(int(begins), int(ends)) if not any(a <= s <= b for a, b in holds)]
    assert unwatched == [], f"neither of both for {len(unwatched)} s: {told.alarms}"


@case("F14")
def test_seconds_where_milliseconds_belong_are_an_old_reading_or_a_named_fault(
    told: Told,
) -> None:
    assert told.alarms_of("sbp_high") == []
    assert told.status["vitals"].get("sbp", {}).get("value") is None
    if told.set_aside:
        assert "seconds" in told.set_aside[0]["reason"]
    else:
        row = told.row("sbp", 186)
        assert row["state"] == "late"
        assert moment(row["effective"]) == pytest.approx(told.sent[0] - 1800, abs=SLACK_S)


# --- a cuff's failures ------------------------------------------------------------------------

DUE_MIN: Final = 15  # the first reading after the dose
RISES_MIN: Final = {"low": 2, "medium": 5, "high": 10}  # high: within the peak window


@case("F04", speed=30)
def test_a_cuff_that_fails_again_and_again_becomes_overdue(told: Told) -> None:
    dosed = moment(told.status["dosed_at"])
    reached = {
        e["alarm"]["priority"]: e["at"]
        for e in told.events("alarm")
        if e["alarm"]["condition"] == "bp_overdue" and e["transition"] in ("raised", "escalated")
    }
    assert set(reached) == set(RISES_MIN)
    for priority, minutes in RISES_MIN.items():
        late_s = reached[priority] - dosed - (DUE_MIN + minutes) * MINUTE
        assert 0 <= late_s <= MEASURES_S + SLACK_S, priority
    failed = told.events("measurement_failed")
    assert [f["count"] for f in failed] == list(range(1, 41))
    assert told.rows("sbp") == told.rows("sbp", 122)
    assert told.standing("signal_quality")["priority"] == "medium"
    asked = [h.at for h in told.heard if h.body.get("command") == "measure_bp"]
    assert [at for at in asked if 0 <= at - failed[0]["at"] <= MINUTE]


@case("F07")
def test_half_of_a_failed_measurement_clears_nothing(told: Told) -> None:
    assert told.standing("sbp_high")["priority"] == "high"
    assert told.standing("dbp_high")["value"] == 116
    assert told.row("dbp", 82)["state"] == "suspect"
    (failed,) = told.events("measurement_failed")
    assert failed["half"]
    shown = told.status["vitals"]["dbp"]
    assert (shown["value"], shown["state"]) in ((82, "suspect"), (116, "fresh"))


# --- a cuff's memory, its users, its pulse ----------------------------------------------------


@case("F05")
def test_an_old_record_clears_nothing_and_is_not_current(told: Told) -> None:
    newest, old = told.row("sbp", 186), told.row("sbp", 118)
    assert newest["state"] == "suspect"
    assert "unknown" in newest["reason"]
    assert (old["state"], told.row("dbp", 76)["state"]) == ("late", "late")
    assert "stored in the cuff" in old["reason"]
    high = told.standing("sbp_high")
    assert high["value"] == 186
    assert "unknown" in high["reason"]
    assert told.status["vitals"]["sbp"]["value"] != 118


@case("F05b")
def test_no_record_of_a_burst_alarms(told: Told) -> None:
    assert [a for a in told.alarms if a["kind"] == "physiological"] == []
    for value in (121, 186):
        row = told.row("sbp", value)
        assert row["state"] == "late", value
        assert "stored in the cuff" in row["reason"]
    newest = told.row("sbp", 119)
    assert newest["state"] == "suspect"
    assert "unknown" in newest["reason"]


@case("F12")
def test_the_second_user_of_a_cuff_is_named(told: Told) -> None:
    first, second = told.row("sbp", 122), told.row("sbp", 188)
    assert first["state"] == "late"
    assert "stored in the cuff" in first["reason"]
    assert second["state"] == "suspect"
    assert "unknown" in second["reason"]
    assert "user 2" in second["reason"].lower()


@case("F06")
def test_a_user_byte_that_no_flag_announces_does_not_shift_the_pulse(told: Told) -> None:
    for vital, value in (("sbp", 108), ("dbp", 70)):
        row = told.row(vital, value)
        assert row["state"] in ("accepted", "suspect")
        assert "pulse" not in row["reason"].lower()
        # The first record after connecting: only its age is in doubt.
        assert row["state"] == "accepted" or "unknown" in row["reason"]
    assert told.set_aside == []


@case("F06c")
def test_a_pulse_of_zero_is_no_evidence_against_the_pressure(told: Told) -> None:
    rows = [told.row("sbp", 121), told.row("dbp", 80)]
    assert [(row["state"], row["reason"]) for row in rows] == [("accepted", "")] * 2


# --- straps -----------------------------------------------------------------------------------


@case("F13", speed=10, after=2)
def test_a_strap_that_is_frozen_from_the_start_is_doubted(told: Told) -> None:
    rows = told.rows("hr")
    assert len(rows) == 300
    assert {row["state"] for row in rows[-120:]} == {"suspect"}
    assert all(row["reason"] for row in rows[-120:])
    assert told.status["baseline"].get("hr", {"grade": "none"})["grade"] != "good"


@case("F15", speed=10, after=20)
def test_a_will_with_one_bad_key_loses_that_key(told: Told) -> None:
    assert told.standing("device_offline")["device"] == told.strap


# --- bytes and texts --------------------------------------------------------------------------


@case("F08")
def test_hexadecimal_text_is_set_aside_with_what_it_looks_like(told: Told) -> None:
    assert told.rows("hr") == []
    assert len(told.set_aside) == len(told.sent)
    assert all("hexadecimal text" in row["reason"] for row in told.set_aside)


@case("F09")
def test_a_bare_nan_costs_its_own_object(told: Told) -> None:
    assert [(row["seq"], row["value"]) for row in told.rows("hr")] == [(1, 72), (3, 74)]
    (set_aside,) = told.set_aside
    assert set_aside["reason"].startswith("temp: ")
    assert '"seq":2' in set_aside["excerpt"]
    assert '"seq":1' not in set_aside["excerpt"]


# --- numbers ----------------------------------------------------------------------------------


@case("F10")
def test_one_number_of_two_vital_signs_is_two_values(told: Told) -> None:
    assert told.row("sbp", 172)["state"] == told.row("dbp", 101)["state"] == "accepted"
    assert told.events("number_reused") == []


@case("F10b")
def test_a_number_used_twice_is_told_and_its_reading_judged(told: Told) -> None:
    assert [row["value"] for row in told.rows("sbp")] == [122, 188]
    high = told.standing("sbp_high")
    assert (high["priority"], high["value"]) == ("high", 188)
    (reused,) = told.events("number_reused")
    assert (reused["device"], reused["boot"], reused["seq"]) == (told.cuff, "b", 1)


@case("F11", after=66)
def test_numbers_that_begin_anew_lose_nothing_and_confirm_nothing_too_early(
    told: Told,
) -> None:
    stored = sorted(row["seq"] for row in told.rows("hr"))
    assert stored == [*range(20), *range(1800, 1820)]
    assert told.events("lost") == []
    assert told.alarms_of("sequence_gap") == []
    acks = [h for h in told.heard if h.kind == "acks"]
    assert [ack for ack in acks if _ahead(ack, told)] == []
    assert acks[-1].body["seq"] == 19


ON_ITS_WAY_S: Final = 4.0  # of the service's clock: twice the interval of confirmations


def _ahead(ack: Heard, told: Told) -> bool:
    """Return whether it confirms a number that the device's present count had not reached yet.

    A confirmation of the previous count may still be in transit when the new one begins.
    """
    came = [(moment(row["issued"]), row["seq"]) for row in told.rows("hr")]
    (anew,) = [n for n in range(1, len(came)) if came[n][1] < came[n - 1][1]]
    if ack.at < came[anew][0] + ON_ITS_WAY_S:
        return False
    return bool(ack.body["seq"] > max(seq for at, seq in came[anew:] if at <= ack.at))
