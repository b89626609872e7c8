"""A protocol is plain data: it reads back as it was written, also from an older version."""

import msgspec
import pytest

from monitor.core.protocol.limit import AlarmLimit
from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.protocol import Protocol
from monitor.core.protocol.risk_limits import RULES


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda p: p.id)
def test_a_preset_is_the_same_after_json(preset: Protocol) -> None:
    again = msgspec.json.decode(msgspec.json.encode(preset), type=Protocol)
    assert again == preset
    assert msgspec.json.encode(again) == msgspec.json.encode(preset)


@pytest.mark.parametrize("limit", [
    *(limit for preset in PRESETS.values() for limit in preset.limits),
    *(limit for rules in RULES.values() for limit in rules),
])  # fmt: skip
def test_a_limit_reads_back_as_it_was_written(limit: AlarmLimit) -> None:
    """Alarms contain the limit, and a replay compares them with the recorded ones byte by byte."""
    written = msgspec.json.encode(limit)
    assert msgspec.json.encode(msgspec.json.decode(written, type=AlarmLimit)) == written


def test_a_protocol_of_before_versions_were_told_has_none() -> None:
    old = msgspec.to_builtins(PRESETS["sl_home"])
    del old["version"]
    assert msgspec.convert(old, Protocol).version == 0
