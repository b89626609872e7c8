"""The tuned interpreter: loaded objects are left alone, garbage is not kept with them."""

import gc
import sys
import weakref

import pytest

from monitor.service.process.interpreter import tune

pytestmark = pytest.mark.usefixtures("restored")


class Ring:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_lives_on_and_what_was_garbage_is_gone() -> None:
    garbage, kept = weakref.ref(Ring()), Ring()
    tune()
    assert garbage() is None
    assert gc.get_freeze_count() > 0
    assert kept not in gc.get_objects()


def test_garbage_of_the_running_service_is_still_collected() -> None:
    tune()
    garbage = weakref.ref(Ring())
    assert gc.isenabled()
    gc.collect()
    assert garbage() is None


def test_the_writer_gets_the_interpreter_faster_and_a_full_collection_is_rare() -> None:
    """A commit of some milliseconds must not wait as long again for the interpreter's lock."""
    before = gc.get_threshold()
    tune()
    assert sys.getswitchinterval() < 0.001
    assert gc.get_threshold()[0] >= 10 * before[0]
    assert gc.get_threshold()[2] >= 10 * before[2]
