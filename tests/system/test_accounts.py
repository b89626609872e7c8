"""The commands for users and devices: prompts on a terminal, lists, and the database they use."""

import json
import signal
from pathlib import Path

import pytest

from monitor.adapters.store import Store
from tests.parts import Mosquitto
from tests.parts.ports import free_port
from tests.parts.product import PASSWORD, Clinic, Product, run_command
from tests.parts.terminal import Terminal


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Settings with an empty database and an unused port for the page."""
    url = f"sqlite:///{tmp_path}/clinic.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("own_postgres").fresh()
    return {"DOSING_MONITOR_DATABASE_URL": url, "DOSING_MONITOR_HTTP_PORT": str(free_port())}


@pytest.fixture
def alone() -> dict[str, str]:
    """Settings of a command that runs in a separate folder."""
    return {"DOSING_MONITOR_HTTP_PORT": str(free_port())}


def place(settings: dict[str, str]) -> str:
    """Return the database as a command prints it: without the password."""
    url = settings["DOSING_MONITOR_DATABASE_URL"]
    return url.removeprefix("sqlite:///") if "sqlite" in url else "***@127.0.0.1"


def test_what_was_not_given_is_asked_for_until_it_can_be(
    settings: dict[str, str], tmp_path: Path
) -> None:
    with Terminal("user", "add", directory=tmp_path, environment=settings) as terminal:
        terminal.answer("User name:", "ada lovelace")
        terminal.answer("User name:", "ada")
        terminal.answer("Role (admin, therapist or viewer):", "king")
        terminal.answer("Role (admin, therapist or viewer):", "admin")
        terminal.answer("Password:", "short")
        terminal.answer("Password:", PASSWORD)
        terminal.answer("Password again:", "something else")
        terminal.answer("Password:", PASSWORD)
        terminal.answer("Password again:", PASSWORD)
        assert terminal.end() == 0
        for why in (
            "A user name has 1 to 64 letters", "A role is one of admin, therapist, viewer",
            "The password needs at least 8", "The two passwords are not the same.",
        ):  # fmt: skip
            assert terminal.said.count(why) == 1
        assert "Added ada, who may sign in now, with the role admin.\n" in terminal.said
        assert place(settings) in terminal.said.splitlines()[0]
        assert PASSWORD not in terminal.said, "it was shown while it was typed"


def test_who_was_added_can_sign_in(product: Product) -> None:
    with Terminal(
        "user", "add", "ada", directory=product.directory, environment=product.environment
    ) as terminal:
        terminal.answer("Role (admin, therapist or viewer):", "admin")
        terminal.answer("Password:", PASSWORD)
        terminal.answer("Password again:", PASSWORD)
        assert terminal.end() == 0
        assert str(product.directory / "data" / "monitor.db") in terminal.said
    assert Clinic(product, "ada").get("/me")["role"] == "admin"


@pytest.mark.parametrize("way", ["interrupt", "end"])
def test_who_breaks_off_adds_nobody(tmp_path: Path, alone: dict[str, str], way: str) -> None:
    with Terminal("user", "add", "ada", directory=tmp_path, environment=alone) as terminal:
        if way == "interrupt":
            terminal.wait_for("Role")
            terminal.process.send_signal(signal.SIGINT)
        else:
            terminal.answer("Role (admin, therapist or viewer):", "admin")
            terminal.answer("Password:", "\x04")
        assert terminal.end() == 2
        assert "Nobody was added." in terminal.said
        assert "Traceback" not in terminal.said
    assert not (tmp_path / "data").exists()


def test_without_a_terminal_it_says_what_is_missing(tmp_path: Path, alone: dict[str, str]) -> None:
    done = run_command("user", "add", directory=tmp_path, environment=alone)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Give NAME, --role, --password-stdin;" in done.stderr
    assert not (tmp_path / "data").exists()


def test_users_and_devices_are_listed(settings: dict[str, str], tmp_path: Path) -> None:
    def command(*arguments: str, given: str = "") -> str:
        done = run_command(*arguments, directory=tmp_path, environment=settings, given=given)
        assert (done.returncode, done.stderr) == (0, ""), arguments
        return done.stdout

    add = ("user", "add", "--password-stdin", "--role")
    said = command(*add, "therapist", "thea", given=f"{PASSWORD}\n")
    assert place(settings) in said
    assert "There is no administrator yet" in said
    assert "no administrator" not in command(*add, "admin", "ada", given=f"{PASSWORD}\n")
    assert "thea: kept out." in command("user", "change", "thea", "--disable")
    first, *table = command("user", "list").splitlines()
    assert place(settings) in first
    assert [line.split()[:3] for line in table] == [
        ["NAME", "ROLE", "MAY"], ["ada", "admin", "yes"], ["thea", "therapist", "no"],
    ]  # fmt: skip
    found = json.loads(command("user", "list", "--json"))
    assert place(settings) in found["database"]
    assert [(u["username"], u["role"], u["disabled"]) for u in found["items"]] == [
        ("ada", "admin", False), ("thea", "therapist", True),
    ]  # fmt: skip
    assert command("device", "list").endswith("\nNone so far.\n")
    told = json.loads(command("device", "add", "cuff-1", "--kind", "cuff", "--user", "2"))
    assert place(settings) in told["database"]
    command("device", "add", "a-strap", "--kind", "heart_rate", "--model", "H 10", "--site", "x")
    *_, strap, cuff = command("device", "list").splitlines()
    assert strap.split()[:6] == ["a-strap", "heart_rate", "x", "-", "H", "10"]
    assert cuff.split()[:5] == ["cuff-1", "cuff", "home", "2", "-"]
    items = json.loads(command("device", "list", "--json"))["items"]
    assert [(d["id"], d["model"]) for d in items] == [("a-strap", "H 10"), ("cuff-1", None)]


ONLY_LOOK = [
    ("user", "list"),
    ("user", "change", "thea", "--disable"),
    ("device", "list"),
    ("backup", "kept.db"),
]


@pytest.mark.parametrize("command", ONLY_LOOK, ids=" ".join)
def test_what_needs_a_database_makes_none(
    tmp_path: Path, alone: dict[str, str], command: tuple[str, ...]
) -> None:
    done = run_command(*command, directory=tmp_path, environment=alone)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"There is no database at {tmp_path}/data/monitor.db" in done.stderr
    assert list(tmp_path.iterdir()) == []


ADD = [
    ("user", "add", "eve", "--role", "admin", "--password-stdin"),
    ("device", "add", "cuff-1", "--kind", "cuff"),
]


@pytest.mark.parametrize("command", ADD, ids=lambda command: command[0])
def test_a_second_database_is_not_made_in_another_folder(
    product: Product, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """The service of these settings runs, or its database is in a parent folder."""
    other = tmp_path / "elsewhere"
    below = product.directory / "below"
    for folder in (other, below):
        folder.mkdir()
    known = {"DOSING_MONITOR_HTTP_PORT": str(product.port)}
    above = {"DOSING_MONITOR_HTTP_PORT": str(free_port())}
    for folder, environment, hint in (
        (other, known, f"The service at {product.url} has another."),
        (below, above, f"There is one at {product.directory}/data/monitor.db."),
    ):
        done = run_command(
            *command, directory=folder, environment=environment, given=f"{PASSWORD}\n"
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert f"There is no database at {folder}/data/monitor.db, and none is made." in done.stderr
        assert hint in done.stderr
        assert "DOSING_MONITOR_DATABASE_URL" in done.stderr
        assert list(folder.iterdir()) == []
        # With the setting given explicitly, the command makes the database.
        named = {"DOSING_MONITOR_DATABASE_URL": f"sqlite:///{folder}/data/monitor.db"}
        done = run_command(
            *command, directory=folder, environment=environment | named, given=f"{PASSWORD}\n"
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert f"{folder}/data/monitor.db" in done.stdout


def test_a_service_that_makes_a_second_database_says_so(
    product: Product, tmp_path: Path, mosquitto: Mosquitto
) -> None:
    below = product.directory / "below"
    below.mkdir()
    second = Product(below, MQTT_URL=mosquitto.url)
    try:
        second.start()
        (line,) = [one for one in second.log.splitlines() if "another_database_is_there" in one]
        assert json.loads(line)["made"] == f"{below}/data/monitor.db"
        assert json.loads(line)["found"] == [f"{product.directory}/data/monitor.db"]
        assert second.stop() == 0
        second.start()
        assert second.log.count("another_database_is_there") == 1, "it was there by then"
    finally:
        second.discard()
    serving = [json.loads(one) for one in product.log.splitlines() if '"serving"' in one]
    assert serving[0]["database"] == f"{product.directory}/data/monitor.db"
    assert "another_database" not in product.log


def test_commands_take_the_file_that_the_service_is_given(
    tmp_path: Path, alone: dict[str, str]
) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(f'database_url = "sqlite:///{tmp_path}/clinic.db"\n')
    config = ("--config", str(file))
    add = ("user", "add", "ada", "--role", "admin", "--password-stdin")
    with Terminal("backup", "kept.db", *config, directory=tmp_path) as terminal:
        assert terminal.end() == 2
        assert f"There is no database at {tmp_path}/clinic.db" in terminal.said
    Store(f"sqlite:///{tmp_path}/clinic.db").migrate()
    with Terminal("backup", "kept.db", *config, directory=tmp_path) as terminal:
        assert terminal.end() == 0
        said = f"Database: {tmp_path}/clinic.db\nIt is written to {tmp_path}/kept.db.\n"
        assert terminal.said == said
    for command in (
        add, ("user", "list"), ("user", "change", "ada", "--enable"), ("device", "list"),
        ("device", "add", "cuff-1", "--kind", "cuff"), ("restore", "kept.db", "--replace"),
    ):  # fmt: skip
        done = run_command(
            *command, *config, directory=tmp_path, environment=alone, given=f"{PASSWORD}\n"
        )
        assert (done.returncode, done.stderr) == (0, ""), command
        assert f"{tmp_path}/clinic.db" in done.stdout, command
    assert not (tmp_path / "data").exists()
