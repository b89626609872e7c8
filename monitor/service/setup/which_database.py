"""Which database a command means, and whether it is another than the one that is in use.

A path that begins at the folder of the command names another file in every folder. Nothing is
wrong with that until somebody adds a user to an empty database that no service ever opens.
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
# No proxy stands between a command and the service beside it.
_DIRECT: Final = build_opener(ProxyHandler({}))
_FILE: Final = "sqlite:///"
NAMED: Final = f"{PREFIX}DATABASE_URL"


class NoDatabase(Exception):
    """There is none where the command looks; the message says what to do."""


class DatabasePlace(Struct, frozen=True):
    """file: of a SQLite database; None: another kind. new: nothing is there yet.

    relative   as it was written, from the folder of the command on; "": from the root on
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
    """Databases that may have been meant by a path that names a new one: in a folder above, or
    where this program is installed."""
    if not place.new or not place.relative:
        return []
    folders = list(_near() if near is None else near)
    found = [folder.resolve() / place.relative for folder in folders]
    return [file for file in dict.fromkeys(found) if file != place.file and file.is_file()]


def must_be_there(config: Config) -> None:
    """For what only looks or changes. Raises NoDatabase."""
    place = place_of(config)
    if place.new:
        raise NoDatabase(f"There is no database at {place.file}. {_advice(place, config)}")


def must_be_meant(config: Config) -> bool:
    """For what may come before the service's first start. True: a new database will be made.

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
    """The address where a service answers that is set up as this command is; "": none does."""
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
