"""The golden messages as files: one holds a whole status, the others the keys of their story.

A status in a file names another in `as` ("whole": `golden/status.json`, else a file in
`golden/live`). It holds the keys in which it differs and, in `without`, those that it lacks.
`tests/web/golden.js` reads the same.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import msgspec

from monitor.codecs.contract.wire import Json

GOLDEN: Final = Path(__file__).parents[1] / "golden"
WHOLE_FILE: Final = GOLDEN / "status.json"


def beside(name: str, base: Json, body: Json) -> Json:
    """Return `body` as the file holds it: its differences from `base`, which is called `name`."""
    without = [key for key in base if key not in body]
    own = {key: value for key, value in body.items() if not _same(base.get(key, ...), value)}
    return {"as": name, **({"without": without} if without else {}), **own}


def restored(path: Path) -> Json:
    """Return the message of a golden file, whole again."""
    return each_status(msgspec.json.decode(path.read_bytes(), type=dict[str, object]), _whole)


def each_status(message: Json, change: Callable[[Json], Json]) -> Json:
    """Return the message with each status in it changed."""
    if "as" in message or "vitals" in message:
        return change(message)
    if "encounter" in message:
        return message | {"encounter": change(cast("Json", message["encounter"]))}
    if "encounters" in message:
        return message | {
            "encounters": [change(one) for one in cast("list[Json]", message["encounters"])]
        }
    return message


def written(body: Json) -> bytes:
    return msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n"


def _whole(kept: Json) -> Json:
    own = dict(kept)
    name, without = str(own.pop("as")), cast("list[str]", own.pop("without", []))
    whole = msgspec.json.decode(WHOLE_FILE.read_bytes(), type=dict[str, object])
    base = whole
    if name != "whole":
        base = cast("Json", restored(GOLDEN / "live" / f"{name}.json")["encounter"])
    found = base | own
    # In the order of the whole, which is that of the service.
    return {key: found[key] for key in whole | own if key in found and key not in without}


def _same(one: object, other: object) -> bool:
    return one is not ... and msgspec.json.encode(one) == msgspec.json.encode(other)
