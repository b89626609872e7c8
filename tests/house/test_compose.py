"""docker-compose.yml: checks that need no container engine, and its commands, run for real."""

import http.server
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
import yaml

from monitor.config import Config, load
from tests.parts import Postgres

REPOSITORY: Final = Path(__file__).resolve().parents[2]
COMPOSE: Final = REPOSITORY / "docker-compose.yml"
# Numeric settings that the neighbouring services fix, or that do not concern a patient.
NO_BOUNDS: Final = frozenset({"http_port", "mqtt_port", "mqtt_window", "clock_speed"})
SERVICES: Final = ("accounts", "mosquitto", "turnstile", "postgres", "service", "simulators")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return read


def _health(services: dict[str, Any], name: str) -> list[str]:
    """Return the health check as an argument list, with compose's doubled dollars undone."""
    kind, *command = [word.replace("$$", "$") for word in services[name]["healthcheck"]["test"]]
    return ["sh", "-c", command[0]] if kind == "CMD-SHELL" else command


def test_every_service_has_a_pinned_image_and_a_health_check(services: dict[str, Any]) -> None:
    assert set(services) == set(SERVICES)
    for service in services.values():
        assert "build" in service or re.fullmatch(r"[a-z-]+:[0-9]+(\.[0-9]+)+", service["image"])
        assert service["healthcheck"].get("test") or service["healthcheck"].get("disable")
    assert [name for name, s in services.items() if s["healthcheck"].get("disable")] == ["accounts"]
    assert [name for name, s in services.items() if "profiles" in s] == ["simulators"]


def test_what_every_service_logs_is_bounded(services: dict[str, Any]) -> None:
    for name, service in services.items():
        options = service["logging"]["options"]
        assert int(options["max-size"].rstrip("m")) * int(options["max-file"]) <= 100, name
    unit = (REPOSITORY / "docs/deploy/dosing-monitor.service").read_text()
    assert re.search(r"^LogRateLimitBurst=\d+$", unit, re.MULTILINE)


def test_no_secret_stands_in_the_file_and_none_has_a_default() -> None:
    secrets = re.findall(r"\$\{(\w*PASSWORD\w*)([^}]*)\}", COMPOSE.read_text())
    assert {name for name, _ in secrets} >= {"BROKER_PASSWORD", "DATABASE_PASSWORD"}
    for name, otherwise in secrets:
        optional = name.startswith("SIMULATORS_")  # empty: the account does not exist
        assert otherwise == ":-" if optional else otherwise.startswith(":?"), name


def test_only_the_turnstile_is_open_to_the_world(services: dict[str, Any]) -> None:
    published = {name: s["ports"] for name, s in services.items() if "ports" in s}
    assert published == {"turnstile": ["8883:8883"], "service": ["127.0.0.1:8000:8000"]}


def test_the_services_environment_is_a_configuration(services: dict[str, Any]) -> None:
    environment = services["service"]["environment"]

    def filled(text: str) -> str:
        """Replace variables as compose does: an optional one becomes its default."""
        text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
        return re.sub(r"\$\{[^}]*\}", "s3cret", text)

    config = load({name: filled(value) for name, value in environment.items()})
    assert config.mqtt_url == "mqtt://monitor:s3cret@mosquitto:1883"
    assert config.database_url == "postgresql://monitor:s3cret@postgres:5432/monitor"


def test_every_variable_is_explained_and_every_bound_is_the_services_own(
    services: dict[str, Any],
) -> None:
    explained = (COMPOSE.parent / "docs/deploy/README.md").read_text()
    for name in set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text())):
        assert f"`{name}`" in explained, name
    environment = services["service"]["environment"]
    bounds = {f.name: f.default for f in msgspec.structs.fields(Config) if f.type in (int, float)}
    for name in bounds.keys() - NO_BOUNDS:
        variable = name.upper()
        assert environment[f"DOSING_MONITOR_{variable}"] == f"${{{variable}:-{bounds[name]:g}}}"


def test_every_mounted_file_is_there(services: dict[str, Any]) -> None:
    mounted = [v for s in services.values() for v in s.get("volumes", []) if v.startswith("./")]
    assert mounted
    for volume in mounted:
        assert (REPOSITORY / volume.split(":")[0]).exists()
    dockerfile = REPOSITORY / services["service"]["build"]["dockerfile"]
    for line in re.findall(r"^COPY (?!--)(.*) \S+$", dockerfile.read_text(), re.MULTILINE):
        for source in line.split():
            assert (REPOSITORY / source).exists()


def test_compose_itself_accepts_it() -> None:
    docker = shutil.which("docker") or "docker"
    try:
        subprocess.run([docker, "compose", "version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no client `docker compose` here, which would check the file too")
    secrets = {"BROKER_PASSWORD": "x", "DATABASE_PASSWORD": "x", "BROKER_CERTIFICATES": "/tmp"}  # noqa: S108
    config = [
        docker,
        "compose",
        "--file",
        str(COMPOSE),
        "--profile",
        "simulators",
        "config",
        "--quiet",
    ]
    for variables, accepted in ((secrets, True), ({}, False)):
        found = subprocess.run(
            config, env=os.environ | variables, capture_output=True, text=True, check=False
        )
        assert (found.returncode == 0) is accepted, found.stderr


# --- commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_services_health_check_tells_ready_from_not(
    services: dict[str, Any], status: int, healthy: bool
) -> None:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever).start()
        python, *rest = _health(services, "service")
        assert python == "python"
        moved = [word.replace(":8000/", f":{server.server_port}/") for word in rest]
        found = subprocess.run([sys.executable, *moved], capture_output=True, check=False)
        server.shutdown()
    assert (found.returncode == 0) is healthy


def test_the_databases_health_check(services: dict[str, Any], own_postgres: Postgres) -> None:
    program, *rest = _health(services, "postgres")
    check = [own_postgres.program(program), *rest, "-p", str(own_postgres.port)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    own_postgres.stop()
    try:
        assert subprocess.run(check, capture_output=True, check=False).returncode != 0
    finally:
        own_postgres.start()


def _product_command(services: dict[str, Any], name: str) -> list[str]:
    command = services[name]["command"]
    if command[0] == "sh":  # the password comes through a pipe
        _, _, line = command[2].rpartition("exec ")
        command = shlex.split(line)
    assert command[0] == "dosing-monitor"
    arguments: list[str] = command[1:]
    return arguments


@pytest.mark.parametrize("name", ["service", "simulators"])
def test_the_command_knows_every_option_that_it_is_given(
    services: dict[str, Any], name: str
) -> None:
    # --help is handled after the other options were parsed: an unknown option is an error.
    found = subprocess.run(
        [sys.executable, "-m", "monitor", *_product_command(services, name), "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
