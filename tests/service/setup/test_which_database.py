"""Which database a command means: no new one where another was probably meant."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest

from monitor.config import Config
from monitor.service.setup.which_database import (
    DatabasePlace,
    NoDatabase,
    must_be_meant,
    must_be_there,
    others,
    place_of,
)

# No such file is in a folder above those of the tests.
WRITTEN: Final = "kept-here/ward.db"
HEALTHY: Final = {"status": "ok", "time": "2026-11-23T10:15:02.250Z", "speed": 1.0}


def settings(written: str = WRITTEN, port: int = 0) -> Config:
    return Config(database_url=f"sqlite:///{written}", http_port=port)


def make(file: Path, content: str = "rows") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the command, two below that of the test."""
    folder = tmp_path / "outer" / "inner"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_the_place_of_a_file(here: Path) -> None:
    file = here / WRITTEN
    assert place_of(settings()) == DatabasePlace(file, new=True, relative=WRITTEN)
    assert place_of(settings(f"{WRITTEN}?mode=rw")) == place_of(settings())
    make(file, "")
    assert place_of(settings()).new, "an empty file is no database yet"
    make(file)
    assert place_of(settings()) == DatabasePlace(file, new=False, relative=WRITTEN)
    assert place_of(settings(str(file))) == DatabasePlace(file, new=False, relative="")


def test_a_database_of_a_server_has_no_place() -> None:
    config = Config(database_url="postgresql://127.0.0.1/x", http_port=0)
    assert place_of(config) == DatabasePlace(None)
    must_be_there(config)
    assert must_be_meant(config) is False


def test_others_are_files_of_that_name_near_it_once_each(here: Path, tmp_path: Path) -> None:
    above = make(tmp_path / WRITTEN)
    (here.parent / WRITTEN).mkdir(parents=True)
    place = place_of(settings())
    near = [here, here.parent, tmp_path, here / ".." / "..", tmp_path]
    assert others(place, near) == [above]
    assert others(place, []) == []
    assert others(place) == [above], "the folders above are near"
    # One that is named in full, or is there, is meant.
    assert others(place_of(settings(str(here / WRITTEN))), near) == []
    make(here / WRITTEN, "")
    assert others(place_of(settings()), near) == [above], "an empty file is not another"
    make(here / WRITTEN)
    assert others(place_of(settings()), near) == []


def test_a_command_that_reads_needs_a_database(here: Path, tmp_path: Path) -> None:
    for written in (WRITTEN, str(here / WRITTEN)):
        with pytest.raises(NoDatabase) as missing:
            must_be_there(settings(written))
        assert str(missing.value) == (
            f"There is no database at {here / WRITTEN}. Run the command in the folder of the "
            "service, or name the database in DOSING_MONITOR_DATABASE_URL."
        )
    above = make(tmp_path / WRITTEN)
    with pytest.raises(NoDatabase, match=f"There is one at {above}. Run the command in the"):
        must_be_there(settings())
    make(here / WRITTEN)
    must_be_there(settings())


def test_a_new_database_is_made_where_no_other_was_meant(here: Path, tmp_path: Path) -> None:
    assert must_be_meant(settings()) is True
    above = make(tmp_path / WRITTEN)
    with pytest.raises(NoDatabase) as refused:
        must_be_meant(settings())
    said = str(refused.value)
    assert "and none is made" in said
    assert f"There is one at {above}." in said
    in_full = f"DOSING_MONITOR_DATABASE_URL=sqlite:///{here / WRITTEN}."
    assert said.endswith(in_full)
    # The remedy works.
    assert must_be_meant(settings(str(here / WRITTEN))) is True
    make(here / WRITTEN)
    assert must_be_meant(settings()) is False


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], int]]:
    """`answering(body)` starts a service whose health is `body`, and returns its port."""
    servers: list[ThreadingHTTPServer] = []

    def start(body: bytes) -> int:
        class Health(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path == "/healthz" else 404)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Health)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return server.server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - a setting
def test_a_service_that_runs_beside_has_another_database(
    here: Path, answering: Callable[[bytes], int], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    port = answering(json.dumps(HEALTHY).encode())
    config = Config(database_url=f"sqlite:///{WRITTEN}", http_port=port, http_host=host)
    said = f"The service at http://127.0.0.1:{port} has another."
    with pytest.raises(NoDatabase, match=said):
        must_be_meant(config)
    with pytest.raises(NoDatabase, match=said):
        must_be_there(config)
    assert must_be_meant(settings(str(here / WRITTEN), port)) is True, "it is named in full"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"status": "ok"}', b"\xff"])
def test_any_other_server_on_the_port_is_no_service(
    here: Path, answering: Callable[[bytes], int], body: bytes
) -> None:
    assert must_be_meant(settings(port=answering(body))) is True


def test_a_port_without_a_server_is_no_service(here: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_port
    assert must_be_meant(settings(port=port)) is True
