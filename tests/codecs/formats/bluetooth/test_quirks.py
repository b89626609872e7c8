"""Cuffs that deviate from the layout: a story for each row of the table."""

import pytest

from monitor.codecs import MODELS, Undecodable, decode
from monitor.codecs.formats.bluetooth.quirks import QUIRKS
from monitor.core.vocabulary.vitals import Observation


def record(written: str, model: str = "") -> Observation:
    payload = bytes.fromhex(written)
    decoded = decode("gatt-2a35", payload, device="d-1", issued=5.0, model=model)
    (observation,) = decoded.observations
    return observation


# Beurer BM85: pulse and status big-endian, user 0 or 1, no mean (0).
FIRST = "56 6A 00 47 00 00 00 EA 07 08 0B 12 1F 00 00 3F 00 00 00"
SECOND = "56 77 00 46 00 00 00 EA 07 08 0B 14 39 00 00 57 01 00 40"
IRREGULAR = "56 76 00 50 00 00 00 EA 07 08 0B 14 1B 00 00 3C 00 00 04"


@pytest.mark.parametrize(
    ("written", "pressure", "pulse", "user", "flags"),
    [
        (FIRST, (106.0, 71.0), 63.0, 0, ()),
        (SECOND, (119.0, 70.0), 87.0, 1, ()),
        (IRREGULAR, (118.0, 80.0), 60.0, 0, ("irregular_pulse",)),
        # without a time stamp, and with every bit that a status can have
        ("54 76 00 50 00 00 00 00 3C 01 00 27", (118.0, 80.0), 60.0, 1,
         ("movement", "cuff_loose", "irregular_pulse", "improper_position")),
        ("56 76 00 50 00 00 00 EA 07 08 0B 14 1B 00 00 3C FF 00 00", (118.0, 80.0), 60.0, None, ()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", ["", "Beurer BM85"])
def test_beurer_bm85(
    written: str, pressure: tuple[float, float], pulse: float, user: int | None,
    flags: tuple[str, ...], model: str,
) -> None:  # fmt: skip
    observation = record(written, model)
    assert (observation.values["sbp"], observation.values["dbp"]) == pressure
    assert observation.pulse == pulse
    assert observation.user == user
    assert observation.flags == flags


def without_reserved_bit(written: str) -> str:
    return f"{int(written[:2], 16) & 0x1F:02X}{written[2:]}"


@pytest.mark.parametrize("model", ["Beurer BM85", "BM 85", "bm-85", "beurer_bm85", "BEURER  BM 85"])
def test_model_serves_where_the_flags_do_not_tell(model: str) -> None:
    observation = record(without_reserved_bit(IRREGULAR), model)
    assert (observation.pulse, observation.user) == (60.0, 0)
    assert observation.flags == ("irregular_pulse",)
    # its user byte announced, or not sent at all
    assert record("1E" + IRREGULAR[2:], model).flags == ("irregular_pulse",)
    left_out = "16 76 00 50 00 00 00 EA 07 08 0B 14 1B 00 00 3C 00 04"
    observation = record(left_out, model)
    assert (observation.pulse, observation.user) == (60.0, None)
    assert observation.flags == ("irregular_pulse",)


@pytest.mark.parametrize("model", ["", "BM 850", "BM8", "UA-651", "Omron BM85"])
def test_other_models_are_read_as_they_come(model: str) -> None:
    # By the rule below: little-endian, so the pulse is not valid.
    observation = record(without_reserved_bit(IRREGULAR), model)
    assert (observation.pulse, observation.flags) == (None, ())
    assert observation.values["sbp"] == 118.0


@pytest.mark.parametrize(
    ("written", "pulse", "user", "flags", "stamped"),
    [
        (
            "16 80 00 50 00 60 00 EA 07 0B 1D 06 00 00 46 00 02 02 00",
            70.0,
            2,
            ("cuff_loose",),
            True,
        ),
        ("14 80 00 50 00 60 00 46 00 01 04 00", 70.0, 1, ("irregular_pulse",), False),
        ("10 80 00 50 00 60 00 00 20 00", None, 0, ("improper_position",), False),
        ("10 80 00 50 00 60 00 FF 20 00", None, None, ("improper_position",), False),
        ("06 80 00 50 00 60 00 EA 07 0B 1D 06 00 00 46 00 02", 70.0, 2, (), True),
        ("00 80 00 50 00 60 00 01", None, 1, (), False),
        # announced, or more than one byte: the fields are not moved
        ("18 80 00 50 00 60 00 01 02 00 00", None, 1, ("cuff_loose",), False),
        ("10 80 00 50 00 60 00 02 00 00 00", None, None, ("cuff_loose",), False),
    ],
)
def test_user_byte_without_its_flag(
    written: str, pulse: float | None, user: int | None, flags: tuple[str, ...], stamped: bool
) -> None:
    observation = record(written)
    assert observation.values == {"sbp": 128.0, "dbp": 80.0, "map": 96.0}
    assert observation.pulse == pulse
    assert observation.user == user
    assert observation.flags == flags
    assert (observation.stamp is not None) is stamped


@pytest.mark.parametrize("flags", ["36", "76", "96", "D6", "F6"])
@pytest.mark.parametrize("model", ["", "BM85"])
def test_other_reserved_bits_are_no_quirk(flags: str, model: str) -> None:
    with pytest.raises(Undecodable, match="reserved bits"):
        record(flags + FIRST[2:], model)


@pytest.mark.parametrize("written", [FIRST[:-3], FIRST + " 00"])
def test_reserved_bit_of_another_length_is_no_quirk(written: str) -> None:
    with pytest.raises(Undecodable, match="reserved bits"):
        record(written)


def test_failed_measurement_of_a_quirky_cuff() -> None:
    observation = record("56 FF 07 FF 07 FF 07 EA 07 08 0B 12 1F 00 07 FF 01 00 02")
    assert (observation.values, observation.failed) == ({}, ("sbp", "dbp"))
    assert (observation.pulse, observation.user) == (None, 1)
    assert observation.flags == ("cuff_loose",)


def test_table_names_its_sources() -> None:
    assert all(quirk.source for quirk in QUIRKS)
    assert set(MODELS) == {"Beurer BM85"}
