"""The fault harness: schedules repeat, broken builds are broken, a short run is clean.

Proving that the harness detects the broken builds takes a minute and more: `make chaos
ARGS=--prove`.
"""

import ast
import itertools
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from tests.chaos.broken import BUILDS, REPOSITORY, Broken, build
from tests.chaos.schedule import AT_ONCE, FAULTS, KINDS, Devices, Kind, plan, schedule

pytestmark = pytest.mark.alone


@pytest.mark.parametrize("devices", get_args(Devices))
def test_a_seed_is_a_schedule_that_tries_everything_in_turn(devices: Devices) -> None:
    troubles = schedule(7, 600, devices)
    assert troubles == schedule(7, 600, devices)
    assert troubles != schedule(8, 600, devices)
    assert {t.kind for t in troubles[: len(set(FAULTS[devices]))]} == set(FAULTS[devices])
    for before, after in itertools.pairwise(troubles):
        assert before.at + before.lasts < after.at < 600


def test_a_plan_is_just_what_was_asked_for_in_any_order() -> None:
    wanted: dict[Kind, int] = {"kill": 3, "cut": 2, "half_open": 4}
    troubles = plan(7, wanted, (6.0, 7.0))
    assert troubles == plan(7, wanted, (6.0, 7.0)) != plan(8, wanted, (6.0, 7.0))
    assert Counter(t.kind for t in troubles) == wanted
    assert all(6 <= t.lasts <= 7 or (t.kind in AT_ONCE and t.lasts == 0) for t in troubles)
    for before, after in itertools.pairwise(troubles):
        assert before.at + before.lasts < after.at


def test_every_kind_of_fault_is_in_some_schedule() -> None:
    assert {kind for kinds in FAULTS.values() for kind in kinds} == set(KINDS)


@pytest.mark.parametrize("broken", BUILDS, ids=lambda b: b.name)
def test_a_broken_build_is_broken_and_still_python(broken: Broken, tmp_path: Path) -> None:
    build(broken, tmp_path)
    for module, _, new in broken.changes:
        text = (tmp_path / "monitor" / module).read_text()
        assert new in text
        ast.parse(text)


def test_a_short_run_is_clean_and_says_what_it_did() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--seconds", "8", "--rate", "60", "--sessions", "3"],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.stdout.count("\n") == 1, done.stderr
    figures = json.loads(done.stdout)
    assert (done.returncode, figures["wrong"]) == (0, [])
    assert sum(figures["faults"].values()) >= 1
    assert figures["measured"] == figures["confirmed"] == figures["stored"] > 0
    assert figures["acknowledgements_kept"] == 3
