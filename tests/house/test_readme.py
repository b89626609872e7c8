"""The code does what the README promises."""

import re
import subprocess
from pathlib import Path
from typing import Final

import msgspec

from monitor.config import PREFIX, Config

REPOSITORY: Final = Path(__file__).resolve().parents[2]
README: Final = (REPOSITORY / "README.md").read_text()


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    table = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| (.+?) \|", README, re.MULTILINE))
    settings = {}
    for field in msgspec.structs.fields(Config):
        if field.name != "sources":  # tables of a file, not a variable
            default = field.default
            text = ",".join(default) if isinstance(default, tuple) else f"{default}"
            text = text.removesuffix(".0")
            settings[field.name.upper()] = f"`{text}`" if text else "empty"
    assert table == settings


def test_its_commands_are_targets() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {"demo", "test", "setup", "check", "bench"} <= targets
    assert set(re.findall(r"^make (\w+)", README, re.MULTILINE)) == {"demo", "test"}


def test_the_set_up_ends_by_saying_how_to_call_the_command() -> None:
    done = subprocess.run(
        ["make", "--silent", "setup", "RUNTIME="], cwd=REPOSITORY, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    called = re.findall(r"^  (\S+) (\S+)", done.stdout, re.MULTILINE)
    assert called == [(".venv/bin/dosing-monitor", what) for what in ("serve", "demo", "--help")]
    assert f"{REPOSITORY}/.venv/bin/dosing-monitor" in done.stdout


def test_the_continuous_run_checks_and_then_does_what_the_readme_says() -> None:
    run = (REPOSITORY / ".ci" / "run").read_text().splitlines()
    assert [line for line in run if line.startswith("make ")] == ["make check", "make test"]


def test_every_file_that_it_names_is_there() -> None:
    for name in re.findall(r"`((?:docs|\.ci|tests)/[^`]*)`", README):
        assert (REPOSITORY / name).exists(), name
