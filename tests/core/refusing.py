"""Acts that must be refused, by the words that a person reads."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.core.sentences.english import english, why_not
from monitor.core.vocabulary.refusals import Refused, Unmet


@contextmanager
def refused(words: str) -> Iterator[None]:
    """Require a refusal. words: a pattern that its sentence contains."""
    with pytest.raises(Refused) as refusal:
        yield
    said = why_not(refusal.value)
    assert re.search(words, said), said


def text(unmet: Unmet) -> str:
    """Return the condition as people read it."""
    return english(unmet.because)
