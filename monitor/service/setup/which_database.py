"""Which database a command uses, and whether it differs from the one that is in use.

A relative path names a different file in every folder. That is harmless until a person adds a user
to an empty database that no service ever opens.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.request import ProxyHandler, build_opener

from msgspec import Struct

from monitor.config import PREFIX, Config

ANSWER_S: Final = 1.0
# There is no proxy between a command and the service beside it.
_DIRECT: Final = build_opener(ProxyHandler({}))
_FILE: Final = "sqlite:///"
NAMED: Final = f"{PREFIX}DATABASE_URL"


class NoDatabase(Exception):
    """There is no database where the command looks; the message contains the remedy."""


class DatabasePlace(Struct, frozen=True):
    """Where the database is. new: it does not exist yet, or is empty.

    file       of a SQLite database; None: another kind
    relative   the path as written, relative to the folder of the command; "": it is absolute
    """

    file: Path | None
    new: bool = False
    relative: str = ""


def place_of(config: Config) -> DatabasePlace:
    if not config.database_url.startswith(_FILE):
        return DatabasePlace(None)
    written = config.database_url.removeprefix(_FILE).partition("?")[0]
    file = Path(written).absolute()
    new = not file.exists() or file.stat().st_size == 0
    return DatabasePlace(file, new, "" if Path(written).is_absolute() else written)


def others(place: DatabasePlace, near: Iterable[Path] | None = None) -> list[Path]:
    """Return existing databases that may be meant by a path that names a new one: in a folder
    above, or where this program is installed."""
    if not place.new or not place.relative:
        return []
    folders = list(_near() if near is None else near)
    found = [folder.resolve() / place.relative for folder in folders]
    return [file for file in dict.fromkeys(found) if file != place.file and file.is_file()]


def must_be_there(config: Config) -> None:
    """Check that the database exists, for commands that only read or change. Raises NoDatabase."""
    place = place_of(config)
    if place.new:
        raise NoDatabase(f"There is no database at {place.file}. {_advice(place, config)}")


def must_be_meant(config: Config) -> bool:
    """Check the database for commands that may precede the service's first start. Return whether a
    new one will be made.

    Raises NoDatabase where another one was probably meant.
    """
    place = place_of(config)
    if place.new and place.relative and (others(place) or _service_at(config)):
        raise NoDatabase(
            f"There is no database at {place.file}, and none is made. {_advice(place, config)} To "
            f"begin a new one here all the same, name it in full: {NAMED}={_FILE}{place.file}."
        )
    return place.new


def _advice(place: DatabasePlace, config: Config) -> str:
    seen = [f"There is one at {file}." for file in others(place)]
    if not seen and (service := _service_at(config)):
        seen = [f"The service at {service} has another."]
    how = f"Run the command in the folder of the service, or name the database in {NAMED}."
    return " ".join([*seen, how])


def _near() -> list[Path]:
    here = Path.cwd()
    installed = [Path(sys.prefix).parent] if sys.prefix != sys.base_prefix else []
    return [*here.parents, *installed]


def _service_at(config: Config) -> str:
    """Return the address of a running service that has this command's settings; "": there is no
    such service."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.http_host, config.http_host)  # noqa: S104
    if not config.http_port:
        return ""
    url = f"http://{f'[{host}]' if ':' in host else host}:{config.http_port}"
    try:
        with _DIRECT.open(f"{url}/healthz", timeout=ANSWER_S) as answer:
            said = json.loads(answer.read(10_000))
    except (OSError, ValueError):
        return ""
    return url if isinstance(said, dict) and {"status", "time", "speed"} <= said.keys() else ""
