"""docs/audit.md states which record each changing route and each command leaves."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast, get_args

import pytest
import typer.main
from fastapi.routing import APIRoute
from prometheus_client import CollectorRegistry

from monitor.__main__ import app as command_line
from monitor.adapters.http import Accounts, Records, SignIns, create_app
from monitor.adapters.http.guard.request_guard import READING, READS
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Store
from monitor.core.vocabulary.inputs import Input

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "audit.md"
STATIC: Final = ROOT / "monitor" / "page"
ROW: Final = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)
NAME: Final = re.compile(r"`([a-z_]+)`")


def told() -> dict[str, str]:
    """Map each route or command to the record it leaves."""
    text = PAGE.read_text()
    rows = ROW.findall(text[text.index("## What leaves a row") :])
    assert len(rows) == len(dict(rows))
    return dict(rows)


@pytest.fixture(scope="module")
def routes() -> list[APIRoute]:
    """All routes of the app; the services behind it do not run."""
    store, nobody = Store("sqlite:///never-opened.db"), cast(Any, SimpleNamespace(granted=None))
    accounts, registry = Accounts(store, lambda: 0.0), CollectorRegistry()
    app = create_app(
        desk=nobody, outbox=nobody, accounts=accounts, records=Records(store, lambda: 0.0),
        hub=Hub(registry), sign_ins=SignIns(accounts), registry=registry, first_run=nobody,
    )  # fmt: skip
    return [*_within(app.routes)]


def _within(routes: Iterable[object]) -> Iterator[APIRoute]:
    """Include the routes of routers that the app keeps as they were added."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _within(getattr(getattr(route, "original_router", None), "routes", ()))


def _named(route: APIRoute) -> list[str]:
    path = route.path.removeprefix("/api/v1")
    return [f"{method} {path}" for method in route.methods or ()]


def test_every_route_that_changes_something_and_every_command_is_in_the_table(
    routes: list[APIRoute],
) -> None:
    changing = {
        name for route in routes for name in _named(route) if name.split()[0] not in READING
    }
    commands = set()
    for name, command in typer.main.get_command(command_line).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        commands |= {f"dosing-monitor {name} {one}" for one in inner} or {f"dosing-monitor {name}"}
    in_table = {name for name in told() if name.split()[0] not in READING}
    assert len(changing) > 30
    assert in_table == changing | commands


def test_each_says_which_act_or_which_row_of_the_journal_or_why_none() -> None:
    journal = {kind.__struct_config__.tag for kind in get_args(Input)}
    for name, leaves in told().items():
        before, _, after = leaves.partition("journal:")
        assert set(NAME.findall(after)) <= journal, name
        assert NAME.findall(leaves) or re.match(r"nothing( of its own)?: \w+", leaves), name
        assert not before.strip() or after == "" or NAME.findall(before), name


def test_what_a_route_shows_is_what_the_table_says(routes: list[APIRoute]) -> None:
    marked = {
        _named(route)[0]: extra[READS]
        for route in routes
        if (extra := route.openapi_extra or {}).get(READS)
    }
    table = {name: NAME.findall(leaves)[0] for name, leaves in told().items() if name in marked}
    assert table == marked
    by_hand = {"GET /live", "GET /encounters", "GET /n/{token}"}
    assert {n for n in told() if n.startswith("GET ")} == {*marked} | by_hand


def test_the_page_has_words_for_each_act() -> None:
    words = (STATIC / "words" / "clinic" / "acted.js").read_text()
    acts = {act for of in told().values() for act in NAME.findall(of.partition("journal:")[0])}
    assert len(acts) > 20
    assert {act for act in acts if f"  {act}: " not in words} == set()
