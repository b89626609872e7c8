"""A batch: each element is read by itself, regardless of damage to another element."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.codecs import MAX_PAYLOAD, Decoded, Undecodable, decode
from monitor.codecs.formats.native.elements import MAX_BATCH
from monitor.core.vocabulary.vitals import Observation

ISSUED: Final = 1_795_428_905.0
LAW: Final = settings(max_examples=40, deadline=None)

# No brace in a text, because a text that lost its quotation mark can become anything.
WORDS: Final = st.text("ab,: []\\'\u00e9", max_size=6)
READINGS: Final = st.fixed_dictionaries(
    {"seq": st.integers(1, 9_000), "hr": st.integers(40, 180)},
    optional={
        "boot": WORDS,
        "t": st.integers(1_795_428_000_000, 1_795_428_900_000),
        "sbp": st.integers(60, 220),
        "flags": st.lists(st.sampled_from(["movement", "cuff_loose"]), max_size=2),
        "rr_ms": st.lists(st.integers(0, 3500), max_size=3),
        "contact": st.booleans(),
        "extra": st.just({"sbp": 300, "of": [{"hr": 300}, {"hr": 301}]}),
        "more": st.just([{"hr": 302}, [{"hr": 303}], {"hr": 304}]),
    },
)


def alone(element: str) -> Decoded:
    try:
        return decode("native", element.encode(), device="d-1", issued=ISSUED)
    except Undecodable as refused:
        return Decoded(refused=[(refused.reason, refused.excerpt)])


def together(batch: str | bytes) -> Decoded:
    payload = batch.encode() if isinstance(batch, str) else batch
    return decode("native", payload, device="d-1", issued=ISSUED)


def without(decoded: Decoded, readings: list[str]) -> list[Observation]:
    """Return the observations beyond these elements; each element must be read as it is alone."""
    rest = list(decoded.observations)
    for reading in readings:
        (observation,) = alone(reading).observations
        assert observation in rest, (observation, decoded)
        rest.remove(observation)
    return rest


def cut(text: str, at: float) -> str:
    return text[: 1 + int(at * (len(text) - 1))]


def gone(text: str, at: float) -> str:
    place = int(at * len(text))
    return text[:place] + text[place + 1 :]


def added(letter: str) -> Callable[[str, float], str]:
    def damage(text: str, at: float) -> str:
        place = int(at * len(text))
        return text[:place] + letter + text[place:]

    return damage


def instead(piece: str) -> Callable[[str, float], str]:
    return lambda text, at: piece


def with_member(written: str) -> Callable[[str, float], str]:
    return lambda text, at: text[:-1] + ", " + written + "}"


WORDS_FOR_NAN: Final = [
    "nan",
    "NaN",
    "-nan",
    "inf",
    "-inf",
    "Infinity",
    "-INFINITY",
    "1.#IND",
    "+NAN",
]

# Each function takes one element and returns its damaged form.
DAMAGE: Final[dict[str, Callable[[str, float], str]]] = {
    "cut": cut,
    "a character lost": gone,
    **{f"{piece} added": added(piece) for piece in '"{}[]:,\\' },
    **{f"bare {word}": with_member(f'"temp": {word}') for word in WORDS_FOR_NAN},
    **{
        f"instead {piece}": instead(piece)
        for piece in (
            "5", "-1.5", "null", "true", '"reading"', "[]", '[{"hr": 99}]', "[1", "[", "{",
            "}", "]", '"', "\\", ":", "nan", "garbage", "{}", "{'hr': 72}", '{"a": [', '{"a": {',
            '{"a": [1', '{"hr": "72"}', '{"hr": undefined}', '{"hr": 72,}', '{"hr": 072}', "<html>",
            "\x00", '{"a',
        )
    },
    "unknown word": with_member('"x": undefined'),
    "trailing comma": lambda text, at: text[:-1] + ",}",
    "twice the same key": with_member('"hr": 71'),
    "wrong type": with_member('"seq": "one"'),
    "raw line feed": with_member('"boot": "a\nb"'),
    "open text": with_member('"boot": "a'),
    "open list": with_member('"flags": ["movement"'),
    "open object": with_member('"x": {"y": 1'),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
@LAW
@given(
    st.lists(READINGS, min_size=1, max_size=5, unique_by=lambda reading: reading["seq"]),
    st.integers(0, 4),
    st.floats(0, 0.999),
    st.sampled_from([",", ", ", ",\n  "]),
)
def test_damage_to_one_element_costs_no_other(
    damage: str, readings: list[dict[str, Any]], which: int, at: float, comma: str
) -> None:
    written = [json.dumps(reading) for reading in readings]
    which %= len(written)
    others = written[:which] + written[which + 1 :]
    came = [*written[:which], DAMAGE[damage](written[which], at), *written[which + 1 :]]
    try:
        decoded = together(f"[{comma.join(came)}]")
    except Undecodable:
        assert not others
        return
    more = without(decoded, others)
    # The damaged element is refused or can be read; no part inside it becomes a reading.
    assert len(more) <= 1
    assert more or decoded.refused
    assert all(value < 300 for observation in more for value in observation.values.values())


@LAW
@given(st.lists(READINGS, min_size=1, max_size=5), st.floats(0.001, 0.999))
def test_batch_that_was_cut_keeps_its_whole_elements(
    readings: list[dict[str, Any]], at: float
) -> None:
    written = [json.dumps(reading) for reading in readings]
    batch = f"[{','.join(written)}]"
    batch = batch[: 1 + int(at * (len(batch) - 1))]
    ends = [len("[" + ",".join(written[: n + 1])) for n in range(len(written))]
    whole = [element for element, end in zip(written, ends, strict=True) if end <= len(batch)]
    if not whole:
        with pytest.raises(Undecodable):
            together(batch)
        return
    decoded = together(batch)
    assert without(decoded, whole) == []
    rest = batch[ends[len(whole) - 1] :].strip(" ,").removeprefix("]")
    assert [excerpt.decode() for _, excerpt in decoded.refused] == ([rest] if rest else [])


@LAW
@given(
    st.lists(READINGS, min_size=2, max_size=5), st.sampled_from(["", " ", "\n", ", ,", ";", "]["])
)
def test_what_stands_between_elements_costs_none(
    readings: list[dict[str, Any]], between: str
) -> None:
    written = [json.dumps(reading) for reading in readings]
    assert without(together(f"[{between.join(written)}]"), written) == []


def hr(seq: int) -> str:
    return json.dumps({"seq": seq, "hr": 70 + seq})


@pytest.mark.parametrize(
    ("batch", "read", "refused"),
    [
        (f'[{hr(1)}, {{"seq": 2, "hr": 73, "temp": nan}}, {hr(3)}]', [1, 3],
         ["temp: not a finite number"]),
        (f'[{hr(1)}, {{"seq": 2, "sbp": 188, "dbp": 115, "temp": nan}}, {hr(3)}]', [1, 2, 3],
         ["temp: not a finite number; the rest was read"]),
        (f'[{hr(1)}, {{"seq": 2, "hr": 73, "temp": "nan"}}, {hr(3)}]', [1, 2, 3], []),
        (f"[{hr(1)}, {hr(2)},]", [1, 2], []),
        (f"[{hr(1)}, {hr(2)}", [1, 2], []),
        (f'[{hr(1)}, {hr(2)}, {{"seq": 3, "h', [1, 2], ["not JSON"]),
        (f'[{hr(1)}, 5, nan, "x", null, [], {hr(2)},]', [1, 2], ["a reading is a JSON object"] * 5),
        (f'[{{"seq": 2, "hr": 72,}}, {hr(1)}]', [2, 1], []),
        (f"\ufeff[{hr(1)}, {hr(2)}]\0", [1, 2], []),
        (f"[{hr(1)},, {hr(2)}]", [1, 2], ["not JSON"]),
        (f"[{hr(1)} {hr(2)}]", [1, 2], []),
        (f"[{hr(1)}] [{hr(2)}]", [1, 2], ["not JSON"]),
        (f"[{hr(1)}] and more", [1], ["not JSON"]),
        (f"[{{}}, {hr(1)},]", [1], ["no vital sign in it"]),
        (f'[{{"seq": 2, "hr": 72, {hr(1)}, {hr(3)}]', [1, 3], ["not JSON"]),
        (f'[{{"seq": 2, "sbp": NaN, "dbp": NaN}}, {hr(1)}]', [2, 1], []),
        # a complete inner list says little about the rest; an unfinished one is evidence
        ('[{"hr": 72, "of": [{"x": 1}], oops}, {"hr": 73}]', [0], ["not JSON"]),
        (f'[{hr(1)}, {{"hr": 72, "of": [{{"x": 1}}, {{"hr": 301}}]', [1], ["not JSON"]),
    ],
)  # fmt: skip
def test_batch(batch: str, read: list[int], refused: list[str]) -> None:
    decoded = together(batch)
    assert sorted(o.seq or 0 for o in decoded.observations) == sorted(read)
    assert len(decoded.refused) == len(refused)
    for (reason, excerpt), wanted in zip(decoded.refused, refused, strict=True):
        assert wanted in reason
        assert excerpt


def test_excerpt_is_the_senders_bytes() -> None:
    decoded = together(f'[{hr(1)}, {{"seq": 2, "temp": -inf}}]')
    assert decoded.refused == [("temp: not a finite number", b'{"seq": 2, "temp": -inf}')]


def test_bytes_that_are_no_text_cost_their_element() -> None:
    batch = f'[{hr(1)}, {{"hr": 72, "boot": "\x00"}}, {hr(3)},]'.encode().replace(b"\x00", b"\xff")
    assert [o.seq for o in together(batch).observations] == [1, 3]


def test_damaged_batch_has_the_same_limit() -> None:
    full = ",".join(["{}"] * MAX_BATCH)
    assert len(together(f"[{full},]").refused) == MAX_BATCH
    with pytest.raises(Undecodable, match="a batch of 2001 readings, 1 to 2000 are read"):
        together(f"[{full},{{}},")


def test_what_costs_too_much_is_not_read_to_its_end() -> None:
    """The parser tries each nested list again, a thousand levels deep."""
    lists = '{"a": [' * 2_000
    assert together(f"[{hr(1)}, {lists}, {hr(2)}]").observations[0].seq == 1
    assert len(together(f"[{hr(1)}, {lists}, {hr(2)}]").observations) == 1
    fewer = '{"a": [' * 10
    assert len(together(f"[{hr(1)}, {fewer}, {hr(2)}]").observations) == 2


@pytest.mark.parametrize(
    "piece",
    ["{", "[{", '{"', '{"a":', '{"a":[', '{"a":{', '{"a":[{', '"', '\\"', "{}", "[", "]", ",", ":[",
     '{"a":1,', "nan", "-", "1", '{"":"', ":  ", "{ ", '["', "},{", '{"a":"b,'],
)  # fmt: skip
@pytest.mark.timeout(10)
def test_hostile_batch_takes_no_long_work(piece: str) -> None:
    batch = ("[{}," + piece * MAX_PAYLOAD)[: MAX_PAYLOAD - 1] + "}"
    with suppress(Undecodable):
        assert together(batch).observations == []
