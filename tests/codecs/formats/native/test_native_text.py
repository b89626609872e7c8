"""One element in typed fields: values that are no number, and words for no value."""

from typing import Final

import pytest

from monitor.codecs.formats.decoded import Decoded
from monitor.codecs.formats.native.native_text import read, values_of
from tests.codecs.formats.native.parsed import native, one, refusal

WORDS: Final = ["NaN", "nan", "-nan", "NAN(ind)", "Infinity", "-Infinity", "inf", "-inf", "1.#QNAN"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("payload", "values", "failed"),
    [
        ('{"sbp": W, "dbp": W}', {}, ("sbp", "dbp")),
        ('{"sbp": W, "dbp": W, "map": W, "pulse": W}', {}, ("sbp", "dbp")),
        ('{"sbp": W, "dbp": 82}', {"dbp": 82.0}, ("sbp",)),
        ('{"sbp": 188, "dbp": W}', {"sbp": 188.0}, ("dbp",)),
        ('{"sbp": W, "dbp": null}', {}, ("sbp",)),
        ('{"sbp": W}', {}, ("sbp",)),
        ('{"sbp": W, "dbp": 10.7, "unit": "kPa"}', {"dbp": 80.26}, ("sbp",)),
        ('{"hr": 72, "sbp": W, "dbp": W}', {"hr": 72.0}, ("sbp", "dbp")),
        # a mean is an extra, a pulse checks other values, the battery charge is not a reading
        ('{"sbp": 120, "dbp": 80, "map": W}', {"sbp": 120.0, "dbp": 80.0}, ()),
        ('{"sbp": 120, "pulse": W}', {"sbp": 120.0}, ()),
        ('{"hr": 72, "other": W}', {"hr": 72.0}, ()),
        ('{"hr": 72, "battery": W}', {"hr": 72.0}, ()),
    ],
)
def test_pressure_that_is_no_number_failed(
    word: str, payload: str, values: dict[str, float], failed: tuple[str, ...]
) -> None:
    for written in (word, f'"{word}"', f'" {word.upper()} "'):
        observation = one(payload.replace("W", written))
        assert (observation.values, observation.failed) == (values, failed)
        assert observation.pulse is None


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ('{"hr": W}', "hr: not a finite number"),
        ('{"hr": 72, "temp": W}', "temp: not a finite number"),
        ('{"map": W}', "map: not a finite number"),
        ('{"hr": 74, "t": W}', "t: not a finite number"),
        ('{"sbp": W, "dbp": "82"}', "dbp: expected float, got str"),
        ('{"sbp": W, "unit": "bar"}', "unit: 'bar' is not one of"),
    ],
)
def test_other_numbers_that_are_none_cost_their_object(
    word: str, payload: str, reason: str
) -> None:
    assert reason in refusal(payload.replace("W", word))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ('{"hr": "W"}', "no vital sign in it"),
        ('{"hr": 74, "t": "W"}', "is not an ISO 8601 time"),
    ],
)
def test_no_number_as_text_stands_for_a_value_only(payload: str, reason: str) -> None:
    for word in WORDS:
        assert reason in refusal(payload.replace("W", word))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("payload", "values", "failed"),
    [
        ('{"sbp": 120, "temp": "W"}', {"sbp": 120.0}, ()),
        ('{"hr": "W", "sbp": "W", "dbp": "W"}', {}, ("sbp", "dbp")),
        ('{"hr": "W", "temp": 36.9}', {"temp": 36.9}, ()),
        ('{"hr": 72, "map": "W"}', {"hr": 72.0}, ()),
        ('{"hr": "W", "contact": false}', {}, ()),
        ('{"hr": "W", "battery": 64}', {}, ()),
        ('{"hr": 74, "seq": "W"}', {"hr": 74.0}, ()),
        ('{"hr": 74, "contact": "W", "boot": "W"}', {"hr": 74.0}, ()),
        ('{"hr": 74, "seq": W}', {"hr": 74.0}, ()),
    ],
)
def test_no_number_costs_its_own_value(
    word: str, payload: str, values: dict[str, float], failed: tuple[str, ...]
) -> None:
    observation = one(payload.replace("W", word))
    assert (observation.values, observation.failed) == (values, failed)
    assert observation.seq is None


def test_a_rate_that_is_no_number_leaves_a_trace() -> None:
    assert native('{"hr": "nan", "temp": 36.9}').unknown_keys == 1
    assert native('{"hr": null, "temp": 36.9}').unknown_keys == 0


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("payload", "values", "failed"),
    [
        ('{"sbp": 188, "dbp": 115, "temp": W}', {"sbp": 188.0, "dbp": 115.0}, ()),
        ('{"temp": W, "sbp": W, "dbp": W}', {}, ("sbp", "dbp")),
    ],
)
def test_beside_a_pressure_it_is_set_aside_by_itself(
    word: str, payload: str, values: dict[str, float], failed: tuple[str, ...]
) -> None:
    decoded = native(payload.replace("W", word))
    (observation,) = decoded.observations
    assert (observation.values, observation.failed) == (values, failed)
    assert [reason for reason, _ in decoded.refused] == [
        "temp: not a finite number; the rest was read"
    ]


NOTHING: Final = ["", " ", "null", "None", "NULL", "--", "---", "-", "N/A", "unknown", "undefined"]


@pytest.mark.parametrize("word", NOTHING)
@pytest.mark.parametrize(
    ("payload", "values"),
    [
        ('{"hr": 72, "sbp": "W", "dbp": "W", "map": "W", "pulse": "W"}', {"hr": 72.0}),
        ('{"sbp": "W", "dbp": 82}', {"dbp": 82.0}),
        ('{"sbp": 150, "dbp": "W", "battery": "W"}', {"sbp": 150.0}),
        ('{"hr": "W", "temp": 36.9}', {"temp": 36.9}),
        ('{"hr": "W", "contact": false}', {}),
    ],
)
def test_a_word_for_no_value_is_as_null(word: str, payload: str, values: dict[str, float]) -> None:
    decoded = native(payload.replace("W", word))
    (observation,) = decoded.observations
    assert (observation.values, observation.failed) == (values, ())
    assert decoded.unknown_keys == 0


@pytest.mark.parametrize("word", ["74", "error", "nano", "x nan", "nan nan", "0x4a", "-" * 5000])
def test_any_other_text_is_no_value(word: str) -> None:
    assert refusal(f'{{"hr": "{word}"}}') == "hr: expected float, got str"
    assert refusal(f'{{"sbp": 120, "dbp": "{word}"}}') == "dbp: expected float, got str"


@pytest.mark.parametrize("word", NOTHING)
def test_nothing_at_all_is_no_vital_sign(word: str) -> None:
    assert refusal(f'{{"seq": 5, "hr": "{word}"}}') == "no vital sign in it"


def test_a_text_costs_its_own_element_only() -> None:
    decoded = native(
        '[{"seq": 1, "sbp": "NaN", "dbp": "nan"}, {"seq": 2, "sbp": "high"}, {"seq": 3, "hr": 76}]'
    )
    assert [(o.seq, o.failed) for o in decoded.observations] == [(1, ("sbp", "dbp")), (3, ())]
    assert [reason for reason, _ in decoded.refused] == ["sbp: expected float, got str"]


@pytest.mark.parametrize(
    ("raw", "values", "unknown"),
    [
        ('{"hr": 74, "seq": 3, "pulse": 70}', {"hr": 74.0}, 0),
        ('{"sbp": 120, "dbp": null, "temp": 0}', {"sbp": 120.0, "temp": 0.0}, 0),
        ('{"hr": 74, "model": "x", "rssi": -60}', {"hr": 74.0}, 2),
        ('{"hr": 74, "HR": 75}', {"hr": 74.0}, 1),
        ('{"hr": 74, "hr": 75}', {"hr": 75.0}, 0),
        ("{}", {}, 0),
    ],
)
def test_values_of_an_element_and_keys_without_a_meaning(
    raw: str, values: dict[str, float], unknown: int
) -> None:
    decoded = Decoded()
    reading, failed = read(raw.encode(), decoded)
    assert (values_of(reading), failed) == (values, ())
    assert (decoded.unknown_keys, decoded.refused) == (unknown, [])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("[]", "a reading is a JSON object"),
        ('{"hr": 1e999}', "hr: not a finite number"),
        ('{"hr": 1e30}', "hr: larger than anything measured"),
        ('{"hr": 74, "t": 1e999}', "t: not a finite number"),
        ('{"hr": 74, "unit": 5}', "unit: expected str, got int"),
    ],
)
def test_an_element_that_cannot_be_read_says_why(raw: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read(raw.encode(), Decoded())
    assert str(refused.value) == reason


def test_a_value_beyond_all_measurements_is_set_aside_beside_a_pressure() -> None:
    decoded = Decoded()
    reading, failed = read(b'{"sbp": 188, "dbp": 1e30, "hr": 1e30, "map": 1e30}', decoded)
    assert (values_of(reading), failed) == ({"sbp": 188.0}, ("dbp",))
    assert [reason for reason, _ in decoded.refused] == [
        "hr: larger than anything measured; the rest was read"
    ]
