"""The list of deliberate faults fits the code. `make mutants` shows that each is found."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.mutants.__main__ import plant
from tests.mutants.faults import FAULTS, Fault

REPOSITORY: Final = Path(__file__).resolve().parents[2]


def test_there_are_enough_of_them_in_all_parts_of_the_core() -> None:
    assert len(FAULTS) >= 40
    assert len({fault.module for fault in FAULTS}) >= 12
    assert len({(f.module, f.old, f.new) for f in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.module}: {f.old[:40]}")
def test_a_fault_can_be_planted_and_is_still_python(fault: Fault, tmp_path: Path) -> None:
    name = Path("monitor", "core", f"{fault.module}.py")
    module = tmp_path / name
    module.parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / name, module)
    plant(fault, tmp_path)
    compile(module.read_text(), str(module), "exec")
