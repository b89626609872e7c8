"""The same inputs give the same events in every process: no decision depends on a set's order.

Python orders a set of texts differently in each process. A restarted service would decide
differently from the record, and so would a replay a year later.
"""

import os
import subprocess
import sys
from typing import Final

from tests.parts.product import REPOSITORY

SEEDS: Final = 3


def test_what_is_decided_does_not_depend_on_how_texts_are_hashed() -> None:
    command = [sys.executable, "-m", "tests.core.any_order", str(SEEDS)]
    running = [
        subprocess.Popen(
            command, cwd=REPOSITORY, env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE, text=True,
        )
        for seed in "0123"
    ]  # fmt: skip
    digests = {process.communicate(timeout=120)[0] for process in running}
    assert len(digests) == 1
    assert len(digests.pop()) == 64
