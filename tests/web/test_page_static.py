"""The page's files as served: no inline script or style, no other host, no altered vendor file."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "monitor" / "page"
VENDOR = STATIC / "vendor"
STYLE = STATIC / "style"
TESTS = sorted(Path(__file__).parent.glob("*.test.js"))

OWN = sorted(p for p in STATIC.rglob("*.js") if VENDOR not in p.parents)
MODULES = sorted(STATIC.rglob("*.js"))
IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']""")
# At the head of a module, and not `import("./later.js")` when it is needed.
AT_ONCE = re.compile(r"""^import\b[^"(]*"([^"]+)";""", re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)

# Limit of the compressed size of all files that a watching page loads: 1.5 s on a slow phone. The
# wall alone needs no uPlot.
AT_MOST_BYTES = 175 * 1024
# Modules that only one view needs, and no page that watches; they are loaded when it is opened.
LATER = {
    STATIC / "pages" / "report.js": 23_000,
    STATIC / "pages" / "clinic" / "clinic.js": 14_000,
    STATIC / "pages" / "start.js": 4_600,
    STATIC / "forms" / "correct.js": 3_200,
    STATIC / "forms" / "handover.js": 3_000,
    STATIC / "forms" / "limit.js": 900,
    STATIC / "forms" / "rebaseline.js": 700,
    # Only a page in another language loads it.
    STATIC / "words" / "reasons.js": 2_000,
}

# The style of pages of its own; the page never loads it.
ELSEWHERE = {STYLE / "notice.css"}


def manifest() -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text())["files"]
    return files


@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: str(entry["file"]))
def test_vendored_file_is_what_the_manifest_says(entry: dict[str, Any]) -> None:
    content = (VENDOR / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert (VENDOR / entry["licence_file"]).stat().st_size > 500
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
    if not entry["changes"]:
        assert entry["sha256"] == entry["sha256_in_package"]


def test_every_vendored_file_is_in_the_manifest() -> None:
    listed = {e["file"] for e in manifest()} | {e["licence_file"] for e in manifest()}
    assert {p.name for p in VENDOR.iterdir()} == listed | {"manifest.json"}


def test_the_document_has_no_inline_script_or_style() -> None:
    text = (STATIC / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "<style" not in text
    assert not re.search(r"\s(style|on[a-z]+)\s*=", text)


@pytest.mark.parametrize("module", OWN, ids=lambda p: p.relative_to(STATIC).as_posix())
def test_module_needs_no_inline_style_and_no_evaluation(module: Path) -> None:
    text = module.read_text()
    assert not re.search(r"\sstyle=[\"'$]", text), "a style attribute; use a class"
    assert not re.search(r"\b(eval|Function)\s*\(|innerHTML|insertAdjacentHTML", text)


@pytest.mark.parametrize("module", MODULES, ids=lambda p: p.relative_to(STATIC).as_posix())
def test_imports_are_relative_and_there(module: Path) -> None:
    for name in IMPORT.findall(module.read_text()):
        assert name.startswith("."), name
        assert (module.parent / name).resolve().is_file(), name


NAMED = re.compile(r"""\bimport\s*\{([^}]*)\}\s*from\s*["'](\.[^"']+)["']""")


@pytest.mark.parametrize("module", OWN, ids=lambda p: p.relative_to(STATIC).as_posix())
def test_each_imported_name_is_exported(module: Path) -> None:
    """A browser loads no module that lacks one; the views of `LATER` would fail when opened."""
    for names, source in NAMED.findall(module.read_text()):
        other = (module.parent / source).resolve()
        if VENDOR not in other.parents:
            wanted = {name.split(" as ")[0].strip() for name in names.split(",")} - {""}
            assert wanted <= set(EXPORT.findall(other.read_text())), source


# Each folder leans only on those below it. Parts have forms in them, and forms parts.
FLOORS = [
    {"main.js", "push-worker.js"}, {"pages"}, {"parts", "forms"}, {"drawing"}, {"server"},
    {"signals", "words"}, {"vendor"},
]  # fmt: skip


def leans_up(module: Path) -> list[str]:
    """Return the imports of the module from a floor above its own, or a neighbour that it may not
    know."""
    own = floor_of(module)
    found = []
    for name in IMPORT.findall(module.read_text()):
        other = (module.parent / name).resolve()
        same = other.relative_to(STATIC).parts[0] == module.relative_to(STATIC).parts[0]
        beside = floor_of(other) == own == FLOORS.index({"parts", "forms"})
        if floor_of(other) <= own and not (same or beside):
            found.append(name)
    return found


def floor_of(module: Path) -> int:
    folder = module.relative_to(STATIC).parts[0]
    return next(n for n, floor in enumerate(FLOORS) if folder in floor)


def test_each_folder_leans_only_on_those_below_it() -> None:
    assert {m.relative_to(STATIC).as_posix(): up for m in OWN if (up := leans_up(m))} == {}


def test_an_import_from_above_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "STATIC", tmp_path)
    for folder, text in (
        ("drawing", 'import { a } from "../parts/b.js";'),
        ("parts", 'import { c } from "../forms/d.js";'),
        ("words", 'import { e } from "../signals/f.js";'),
    ):  # fmt: skip
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "b.js").write_text(text)
    found = [leans_up(tmp_path / folder / "b.js") for folder in ("drawing", "parts", "words")]
    assert found == [["../parts/b.js"], [], ["../signals/f.js"]]


def test_an_exported_name_is_used_once() -> None:
    """A search for a name finds one function; a re-export would be a second place of it."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in OWN:
        text = module.read_text()
        names = EXPORT.findall(text)
        assert len(names) == len(re.findall(r"^export\b", text, re.MULTILINE)), module.name
        for name in names:
            places[name].append(module.relative_to(STATIC).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_module_name_is_used_once() -> None:
    """An error report and a list of open files show the name without its folder."""
    assert [name for name, count in Counter(p.name for p in OWN).items() if count > 1] == []


# `a < limit` or `limit.value >= a`; not `(limit) =>` and not `<${Limit}`.
COMPARED = re.compile(r"\s[<>]=?\s(?:\w+\.)*limit\b|\blimit(?:\.value)?\s[<>]=?\s")
CROSSING = STATIC / "words" / "alarms" / "crossing.js"


def test_a_value_is_compared_with_a_limit_in_one_module() -> None:
    """The service decides about limits. Numbers beside them need one comparison, with its test."""
    assert COMPARED.search(CROSSING.read_text())
    found = {p.name for p in OWN if p != CROSSING and COMPARED.search(p.read_text())}
    assert found == set()


def test_the_document_names_only_files_that_are_there() -> None:
    text = (STATIC / "index.html").read_text()
    for name in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert not re.match(r"[a-z]+:|/", name), f"{name}: not relative to the page"
        assert (STATIC / name).is_file(), name


def test_nothing_points_to_another_host() -> None:
    for path in [*OWN, STATIC / "index.html", *STYLE.glob("*.css")]:
        found = set(re.findall(r"https?://[^\s\"'`)]+", path.read_text()))
        assert found <= {"http://www.w3.org/2000/svg"}, path.name


def test_every_rule_of_the_style_is_in_a_layer() -> None:
    """A rule outside the layers would beat every rule in them."""
    entry = re.sub(r"/\*.*?\*/", "", (STYLE / "style.css").read_text(), flags=re.DOTALL)
    order, *imports = [statement.strip() for statement in entry.split(";")]
    layers = order.removeprefix("@layer ").split(", ")
    assert imports == [*(f'@import url("{name}.css") layer({name})' for name in layers), ""]
    files = {path.stem for path in set(STYLE.glob("*.css")) - ELSEWHERE}
    assert files == {"style", *layers}


def test_the_style_has_few_breakpoints() -> None:
    """Every width and height at which the page changes is named in style.css."""
    named = set(re.findall(r"[a-z]+-[a-z]+: \d+px(?=[ ;])", (STYLE / "style.css").read_text()))
    for path in STYLE.glob("*.css"):
        for condition in re.findall(r"@media ([^{]+)", path.read_text()):
            used = re.findall(r"\(((?:min|max)-(?:width|height): [^)]+)\)", condition)
            assert set(used) <= named, f"{path.name}: {condition}"


def reached(*starts: Path, without: Iterable[Path] = ()) -> set[Path]:
    """Return all modules that these load, immediately or later."""
    seen: set[Path] = set()
    waiting = list(starts)
    while waiting:
        module = waiting.pop()
        if module not in seen and module not in without:
            seen.add(module)
            waiting += [(module.parent / n).resolve() for n in IMPORT.findall(module.read_text())]
    return seen


# No module imports the worker; the page starts it by its name.
STARTS = (STATIC / "main.js", STATIC / "push-worker.js")


def test_every_module_is_used() -> None:
    """Every module is reachable from the document; otherwise an obsolete view would remain."""
    assert set(MODULES) == reached(*STARTS)


def sent(files: Iterable[Path]) -> int:
    return sum(len(gzip.compress(p.read_bytes())) for p in files)


def test_the_page_stays_small() -> None:
    watching = reached(*STARTS, without=LATER)
    others = {p for p in STATIC.rglob("*") if p.suffix in {".css", ".html", ".svg"}}
    assert sent([*watching, *others - ELSEWHERE]) < AT_MOST_BYTES
    at_once = {(m.parent / n).resolve() for m in watching for n in AT_ONCE.findall(m.read_text())}
    assert watching >= at_once > {STATIC / "pages" / "wall.js"}
    for view, at_most in LATER.items():
        # A page that watches loads no part of it.
        assert view not in at_once
        assert sent(reached(view, without=LATER.keys() - {view}) - watching) < at_most, view.name


def test_the_scripts_types_hold() -> None:
    """Check the types in JSDoc, and the names, arguments and properties of code without JSDoc."""
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("TypeScript's tsc (5 or newer) is not on the path: types were not checked")
    options = ("--allowJs", "--checkJs", "--noEmit", "--strict", "false", "--skipLibCheck")
    kinds = ("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler")
    run = subprocess.run(
        [compiler, *options, *kinds, "--lib", "es2023,dom,dom.iterable", "main.js"],
        cwd=STATIC, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    said = [line for line in run.stdout.splitlines() if not line.startswith(" ")]
    assert said or run.returncode == 0, run.stderr
    assert [line for line in said if not line.startswith("vendor/")] == []


def test_the_scripts_own_tests_pass() -> None:
    """Run the tests of the pure modules (state, freshness, link, alarms, words) in node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on the path: the page's own unit tests were not run")
    assert len(TESTS) >= 6
    run = subprocess.run(
        [node, "--test", *map(str, TESTS)], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
