"""`analyze`: which readings it passes to the core, which decides."""

from monitor.analyze import analyze
from monitor.codecs.trace import TraceRow
from monitor.core.protocol.presets import PRESETS


def test_a_row_without_a_value_is_no_reading_that_is_missing() -> None:
    rows = [
        TraceRow(float(t), {} if 100 <= t < 110 else {"hr": 70.0 + t % 2}, "ecg")
        for t in range(400)
    ]
    assert list(analyze(iter(rows), PRESETS["sl_home"], 600.0)) == []
