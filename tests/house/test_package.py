"""An installed copy contains every module, the page, the migrations and the licence."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("monitor", "simulators")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The distribution, built from a copy without downloading anything."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, tree)
    for package in PACKAGES:
        shutil.copytree(
            REPOSITORY / package, tree / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    built = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(out), str(tree)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = out.glob("dosing_monitor-*-py3-none-any.whl")
    return zipfile.ZipFile(file)


def test_it_holds_every_file_of_both_packages(wheel: zipfile.ZipFile) -> None:
    there = {
        str(path.relative_to(REPOSITORY))
        for package in PACKAGES
        for path in (REPOSITORY / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == there


def test_it_names_its_command_and_its_licence(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = (n for n in wheel.namelist() if n.endswith("entry_points.txt"))
    assert "dosing-monitor = monitor.__main__:main" in wheel.read(entry_points).decode()
    (licence,) = (n for n in wheel.namelist() if n.endswith("/LICENSE"))
    assert wheel.read(licence) == (REPOSITORY / "LICENSE").read_bytes()
