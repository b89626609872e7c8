"""The interpreter of the tests is as before, after a test that tuned it."""

import gc
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture
def restored() -> Iterator[None]:
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)
