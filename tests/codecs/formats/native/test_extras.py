"""Fields beside the values of a reading: one of a wrong type costs no value."""

from typing import Final

import pytest

from monitor.codecs.formats.decoded import Decoded
from monitor.codecs.formats.native.extras import mend
from tests.codecs.formats.native.parsed import native

# Fields beside a crisis value, and how each is read; None: it is skipped and counted.
BESIDE: Final[list[tuple[str, str, object]]] = [
    ("battery", '"87"', None), ("battery", "[1]", None),
    ("seq", "7.0", 7), ("seq", '"7"', 7), ("seq", "-1", None), ("seq", "1.5", None),
    ("seq", "true", None), ("seq", str(2**63), None), ("seq", '"\u0667"', None),
    ("seq", '"' + "9" * 5000 + '"', None), ("seq", "{}", None),
    ("boot", "true", None), ("boot", "[1]", None),
    ("contact", "1", True), ("contact", "0", False), ("contact", '"true"', True),
    ("contact", '"No"', False), ("contact", "2", None), ("contact", '"worn"', None),
    ("contact", "[]", None),
    ("flags", '"movement"', ("movement",)), ("flags", '[1, "movement"]', ("movement",)),
    ("flags", "{}", None), ("pulse", '"70"', None), ("rr_ms", '"812"', None),
    ("temp", '"warm"', None), ("temp", "true", None), ("hr", '"72"', None), ("map", "[]", None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "written", "found"), BESIDE)
def test_no_extra_of_a_wrong_type_costs_a_pressure(key: str, written: str, found: object) -> None:
    decoded = native(f'{{"sbp": 188, "dbp": 115, "{key}": {written}}}')
    (observation,) = decoded.observations
    assert {v: observation.values[v] for v in ("sbp", "dbp")} == {"sbp": 188.0, "dbp": 115.0}
    if key in ("hr", "temp", "map"):
        assert decoded.refused[0][0] == f"{key}: not a number; the rest was read"
        assert key not in observation.values
    elif found is None:
        assert decoded.unknown_keys == 1
    else:
        assert (decoded.unknown_keys, getattr(observation, key)) == (0, found)


@pytest.mark.parametrize(
    ("written", "intervals", "unknown"),
    [
        ("[812, 833.44]", (812.0, 833.4), 0),
        ("[0, 199.9, 200, 3000, 3000.1, -5]", (200.0, 3000.0), 0),
        ("[]", (), 0),
        ("null", (), 0),
        ("[812, nan, 1e999, 833]", (812.0, 833.0), 0),
        ("[" + "9" * 400 + "]", (), 0),
        ("812", (), 1),
        ('"812 833"', (), 1),
        ('[812, "833"]', (), 1),
        ("[812, null]", (), 1),
        ("[true]", (), 1),
        ('{"a": 1}', (), 1),
        ("nan", (), 1),
    ],
)
def test_intervals_never_cost_the_rate(
    written: str, intervals: tuple[float, ...], unknown: int
) -> None:
    decoded = native(f'{{"hr": 72, "rr_ms": {written}}}')
    (observation,) = decoded.observations
    assert (observation.values, observation.rr) == ({"hr": 72.0}, intervals)
    assert decoded.unknown_keys == unknown


@pytest.mark.parametrize(
    ("key", "value", "mended"),
    [
        ("seq", 0, 0), ("seq", 2**63 - 1, 2**63 - 1), ("seq", 2**63, None),
        ("seq", "0" * 18 + "7", 7), ("seq", "0" * 19 + "7", None),
        ("seq", 1e18, 10**18), ("seq", 1e19, None), ("seq", "", None),
        ("boot", 1.5, 1.5), ("boot", False, None),
        ("contact", 1.0, True), ("contact", " YES ", True), ("contact", "", None),
        ("flags", [], []), ("flags", [5, None], []), ("flags", 5, None),
        ("pulse", 0, 0), ("pulse", True, None), ("battery", 12.5, 12.5),
        ("rr_ms", [0, 0.5, 999_999, 1_000_000, -5], [0.5, 999_999.0]), ("rr_ms", [True], None),
    ],
)  # fmt: skip
def test_a_field_is_read_as_it_is_meant_or_counted(key: str, value: object, mended: object) -> None:
    known, decoded = {key: value, "sbp": 188}, Decoded()
    mend(known, decoded)
    assert known == {key: mended, "sbp": 188}
    assert type(known[key]) is type(mended)
    assert decoded.unknown_keys == (mended is None)


def test_a_field_that_is_null_or_absent_is_not_counted() -> None:
    known: dict[str, object] = {"seq": None, "flags": None, "other": []}
    decoded = Decoded(unknown_keys=3)
    mend(known, decoded)
    assert known == {"seq": None, "flags": None, "other": []}
    assert decoded.unknown_keys == 3
