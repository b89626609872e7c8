"""`--help` explains every option of every command, and lists the names that really exist."""

import argparse
from collections.abc import Iterator

import pytest
import typer.main

from monitor.__main__ import PROTOCOLS, SCENARIOS, app
from monitor.core.protocol.presets import PRESETS
from simulators.options import parser
from simulators.scenarios import NAMES


def _parameters(group: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield each parameter of each command, and its help."""
    for name, command in getattr(group, "commands", {}).items():
        if name not in ("simulate", "replay"):
            yield from _parameters(command, f"{path} {name}")
    if not getattr(group, "commands", None):
        for parameter in group.params:  # type: ignore[attr-defined]
            yield f"{path} {parameter.name}", getattr(parameter, "help", "") or ""


def test_every_option_is_explained() -> None:
    said = dict(_parameters(typer.main.get_command(app), "dosing-monitor"))
    assert len(said) > 20
    assert [name for name, text in said.items() if len(text) < 10] == []


def _actions(command: str) -> list[argparse.Action]:
    (commands,) = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    actions: list[argparse.Action] = commands.choices[command]._actions
    return actions


@pytest.mark.parametrize("command", ["simulate", "replay", "demo-feed"])
def test_every_option_of_the_simulators_is_explained(command: str) -> None:
    unexplained = [a.dest for a in _actions(command) if len(a.help or "") < 10]
    assert unexplained == []


def test_the_names_are_those_that_there_are() -> None:
    assert SCENARIOS == NAMES
    assert set(PROTOCOLS) == set(PRESETS)
