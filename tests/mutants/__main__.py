"""`make mutants`: plant each fault in a separate copy; the core's tests must fail there.

A fault that no test detects is a rule that no test checks. Exit status 1, and the faults' names, if
there are any.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.mutants.faults import FAULTS, Fault

REPOSITORY: Final = Path(__file__).resolve().parents[2]
_COPIED: Final = ("monitor", "tests", "docs")
_PATIENCE_S: Final = 1200


def main() -> int:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(killed, FAULTS))
    survivors = [fault for fault, dead in zip(FAULTS, found, strict=True) if not dead]
    sys.stdout.write(f"{len(FAULTS) - len(survivors)} of {len(FAULTS)} faults were found\n")
    for fault in survivors:
        sys.stdout.write(f"not found: {fault.module}: {fault.old!r} -> {fault.new!r}\n")
    return 1 if survivors else 0


def killed(fault: Fault) -> bool:
    """Return whether the core's tests fail with this fault: first those of its module's name."""
    room, _, module = fault.module.rpartition("/")
    with tempfile.TemporaryDirectory() as place:
        for name in _COPIED:
            shutil.copytree(REPOSITORY / name, Path(place) / name)
        shutil.copy(REPOSITORY / "pyproject.toml", place)
        plant(fault, Path(place))
        found = _failed(f"tests/core/{room}/test_{module}.py", place) or _failed(
            "tests/core", place
        )
    said = f"found by {found}" if found else "NOT FOUND"
    sys.stdout.write(f"{said}: {fault.module}: {fault.old!r}\n")
    sys.stdout.flush()
    return bool(found)


def _failed(tests: str, place: str) -> str:
    """Return the first of the tests that fails, or nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests],
        cwd=place, capture_output=True, text=True, timeout=_PATIENCE_S, check=False,
    )  # fmt: skip
    if done.returncode != 1:
        return ""
    failed = re.search(r"^FAILED \S+/(\S+)", done.stdout, re.MULTILINE)
    return failed[1] if failed else tests


def plant(fault: Fault, place: Path) -> None:
    """Plant the fault. Raises ValueError unless the old text is there once: mend the list then."""
    module = place / "monitor" / "core" / f"{fault.module}.py"
    text = module.read_text()
    if text.count(fault.old) != 1:
        raise ValueError(f"{fault.module}: {text.count(fault.old)} times {fault.old!r}")
    module.write_text(text.replace(fault.old, fault.new))


if __name__ == "__main__":
    sys.exit(main())
