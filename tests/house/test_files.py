"""Committed files: locks without addresses, no traces of one machine, no generated files."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
LOCKS: Final = ("requirements.txt", "requirements-dev.txt")

# In pieces, so that this file may be searched too.
REGISTRIES: Final = (
    "pypi" + ".org",
    "files.python" + "hosted.org",
    "registry." + "npmjs",
    "deb." + "debian.org",
    "un" + "pkg.com",
    "js" + "delivr.net",
)
# These files contain addresses, or are generated from committed files.
GENERATED: Final = re.compile(
    r"(^|/)(uv\.lock|poetry\.lock|pylock.*\.toml|package-lock\.json|yarn\.lock|node_modules|\.venv"
    r"|__pycache__|[^/]+\.egg-info|build|dist)(/|$)"
)
TOP: Final = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md",
    "docker-compose.yml", "docs", "monitor", "pyproject.toml", "requirements-dev.in",
    "requirements-dev.txt", "requirements.in", "requirements.txt", "simulators", "tests",
}  # fmt: skip


@pytest.fixture(scope="module")
def committed() -> list[str]:
    if not (REPOSITORY / ".git").exists() or not shutil.which("git"):
        pytest.skip("no git, or not a git work tree: what is committed cannot be told")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_locks_name_no_address_and_hash_everything() -> None:
    for lock in LOCKS:
        text = (REPOSITORY / lock).read_text()
        assert "://" not in text
        assert not re.search(r"^\s*-", text.replace("\\\n    --hash=", ""), re.MULTILINE)
        pins = re.findall(r"^[a-zA-Z0-9._-]+(?:\[[^]]*\])?==(.*)", text, re.MULTILINE)
        assert len(pins) > 40
        unhashed = re.findall(r"^[a-zA-Z0-9._-]+==[^\\\n]*$", text, re.MULTILINE)
        assert unhashed == []


def test_locks_agree_with_each_other() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[^ ]+", (REPOSITORY / lock).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_nothing_generated_is_committed(committed: list[str]) -> None:
    assert [name for name in committed if GENERATED.search(name)] == []


def test_the_top_of_the_tree_is_what_the_plan_names(committed: list[str]) -> None:
    assert {name.split("/")[0] for name in committed} <= TOP


def test_no_file_names_a_registry_or_the_place_where_it_was_written(committed: list[str]) -> None:
    foreign = [*REGISTRIES, f"{REPOSITORY}", f"{Path.home()}/"]
    found = []
    for name in committed:
        text = (REPOSITORY / name).read_bytes().decode(errors="ignore")
        found += [(name, word) for word in foreign if word in text]
    assert found == []
