"""The vital signs: public codes, possible ranges, and how the rules of one sign fit together."""

import math
from typing import Final, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.vocabulary.profiles import VitalSign
from monitor.core.vocabulary.vitals import (
    PRESSURES,
    PROMISES,
    VITALS,
    Observation,
    Vital,
    is_measurable,
    watched_as,
)
from monitor.core.vocabulary.words import DeviceKind
from tests.core.law import law

# LOINC and UCUM; docs/clinical.md, Limits, row "impossible".
PUBLIC: Final = {
    "hr": ("8867-4", "/min", 25, 240),
    "sbp": ("8480-6", "mm[Hg]", 50, 280),
    "dbp": ("8462-4", "mm[Hg]", 20, 180),
    "map": ("8478-0", "mm[Hg]", 20, 280),
    "temp": ("8310-5", "Cel", 30, 43),
}


def test_each_has_its_public_code_and_unit_and_its_possible_range() -> None:
    assert {c: (s.loinc, s.unit, s.low, s.high) for c, s in VITALS.items()} == PUBLIC
    assert set(VITALS) == set(get_args(Vital))


signs = pytest.mark.parametrize("sign", VITALS.values(), ids=list(VITALS))


@signs
def test_its_silence_is_an_alarm_as_soon_as_its_value_is_no_longer_shown(sign: VitalSign) -> None:
    watched = VITALS[watched_as(sign.code)]
    assert watched.silence.steps[0] == (sign.freshness.expires_after, "low")
    assert list(watched.silence.steps) == sorted(watched.silence.steps)
    if sign.freshness.stale_after is not None:
        assert sign.freshness.stale_after < sign.freshness.expires_after


@signs
def test_it_is_confirmed_as_a_stream_or_by_a_repeat(sign: VitalSign) -> None:
    rule = sign.confirmation
    assert rule.hysteresis > 0
    assert (rule.clear_after > 0) == (sign.stream is not None)
    if sign.stream is None:
        assert 0 < rule.repeat_from < rule.repeat_until
    if rule.disputed_by is not None:
        assert rule.disputed_by > rule.hysteresis  # else a repeat that agrees would be disputed


@pytest.mark.parametrize(
    ("vital", "watched"),
    [("sbp", "sbp"), ("dbp", "sbp"), ("map", "sbp"), ("hr", "hr"), ("temp", "temp"),
     ("weight", "weight"), ("", "")],
)  # fmt: skip
def test_pressures_are_watched_as_one_and_anything_else_as_itself(vital: str, watched: str) -> None:
    assert watched_as(vital) == watched
    assert (watched == "sbp") == (vital in PRESSURES)


def test_each_kind_of_device_promises_only_what_is_watched_by_that_name() -> None:
    assert set(PROMISES) == set(get_args(DeviceKind))
    promised = [vital for vitals in PROMISES.values() for vital in vitals]
    assert sorted(promised) == ["hr", "sbp", "temp"]
    assert [watched_as(vital) for vital in promised] == promised


@pytest.mark.parametrize(
    ("value", "measurable"),
    [(0.0, True), (-5.0, True), (9.9e29, True), (1e30, False), (-1e30, False),
     (math.inf, False), (-math.inf, False), (math.nan, False)],
)  # fmt: skip
def test_what_is_no_number_or_too_large_cannot_be_a_measurement(
    value: float, measurable: bool
) -> None:
    assert is_measurable(value) == measurable


@law(200)
@given(st.floats())
def test_a_number_that_can_be_a_measurement_can_be_written_and_read_back(value: float) -> None:
    assert is_measurable(value) == (math.isfinite(value) and -1e30 < value < 1e30)
    if is_measurable(value):
        whole = Observation(issued=1.0, values={"hr": value})
        assert msgspec.json.decode(msgspec.json.encode(whole), type=Observation) == whole


def test_a_reading_is_written_without_what_it_does_not_say() -> None:
    reading = Observation(issued=1.0, device="strap", seq=0, values={"hr": 70.0}, contact=False)
    assert msgspec.json.encode(reading) == (
        b'{"issued":1.0,"device":"strap","seq":0,"values":{"hr":70.0},"contact":false}'
    )
