"""Builds that are broken on purpose, each by one mistake that the harness must find.

A change is text that stands exactly once in a module of the product, and what becomes of it.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from tests.chaos.schedule import LASTS_S, Devices, Kind

REPOSITORY: Final = Path(__file__).resolve().parents[2]


class Broken(Struct, frozen=True):
    """devices: how they must behave for it to show; says: a word of the complaint

    faults, lasts: what must happen for it to show, if not anything may
    """

    name: str
    devices: Devices
    says: str
    changes: tuple[tuple[str, str, str], ...]
    faults: Mapping[Kind, int] = {}
    lasts: tuple[float, float] = LASTS_S


_APPEND: Final = "        self._running.append(entry)\n\n    def commit"
_EARLY: Final = """\
        if entry.token is not None:
            asyncio.get_running_loop().call_soon(self._early, [entry.token])
            entry.token = None
"""
_START: Final = "        engine = self._database.writing(WRITER_PATIENCE_MS)\n"
_SLOWLY: Final = "            await asyncio.sleep(4)\n"
_READINGS: Final = "core/detection/readings/readings.py"
_NUMBERED: Final = "if observation.seq is not None:\n        return"
_ALONE: Final = "return record.stamp is None and not near"
_WITHIN: Final = "if within and small and one.idle and not self._late():"
_GUESSED: Final = (
    'made = "".join(secrets.choice(CLIENT_ID_LETTERS) for _ in range(CLIENT_ID_LENGTH))'
)
_LIKE_THE_DEVICES: Final = 'made = "dosing-monitor-" + "-".join(self._served)'
_BOUNDLESS: Final = "HEAD_AT_MOST: Final = 2**40"
_TIMED: Final = (
    "if observation.effective is not None and observation.device and not observation.record:\n"
)

BUILDS: Final = (
    Broken(
        "acknowledge before commit", "forget", "missing",
        (
            ("adapters/store/store.py", _APPEND, _EARLY + _APPEND),
            ("adapters/store/store.py", _START, "        self._early = on_commit\n" + _START),
        ),
        # One kill may fall where nothing is on its way to the disk.
        faults={"kill": 6}, lasts=(0.0, 1.0),
    ),
    Broken(
        "clean session", "forget", "missing",
        (("service/process/run.py", "own.persistent if own else True", "False"),),
    ),
    Broken(
        "a late alarm of deafness", "keep", "is not on the page",
        (("service/health/broker_heard.py", "DEAF_S: Final = 2.5", "DEAF_S: Final = 25.0"),),
        faults={"down": 1, "half_open": 1}, lasts=(6.0, 7.0),
    ),
    Broken(
        # Slow as well, so that a kill falls between the alarm and its notice.
        "a notice outside of its alarm's commit", "keep", "nobody was told of it",
        (
            ("service/sessions/open_sessions.py", "entry.notices = self.telling(", "self.telling("),
            ("service/notices/notices.py", "            await self.ledger.committed()\n", _SLOWLY),
        ),
        faults={"kill": 6}, lasts=(0.0, 1.0),
    ),
    Broken(
        "no unique key", "keep", "twice",
        (
            (_READINGS, "        if new is None:\n", "        if False:\n"),
            (_READINGS, "observation = new\n", "observation = new or observation\n"),
            (_READINGS, _NUMBERED, "if not state:\n        return"),
            (_READINGS, _TIMED, "if not state:\n"),
        ),
    ),
    Broken(
        "a record of unknown age is taken for a live one", "keep", "was believed",
        (("core/quality/cuffs/cuff_memory.py", _ALONE, "return True"),),
        faults={"device_cut": 2},
    ),
    Broken(
        "no budget", "keep", "another patient's alarm",
        (("service/ingest/turns/intake.py", _WITHIN, "if True:"),),
        faults={"flood_drawn": 1}, lasts=(8.0, 8.0),
    ),
    Broken(
        "a head without a limit", "keep", "http_line_50: ",
        (("adapters/http/doors/lines.py", "HEAD_AT_MOST: Final = 32 * 1024", _BOUNDLESS),),
        faults={"http_line_50": 1}, lasts=(6.0, 6.0),
    ),
    Broken(
        "an open client id", "keep", "another patient's alarm",
        (("service/ingest/device_accounts.py", _GUESSED, _LIKE_THE_DEVICES),),
        faults={"broker_client_id": 1}, lasts=(6.0, 6.0),
    ),
)  # fmt: skip


def build(broken: Broken, place: Path) -> Path:
    """A copy of the product with the mistake in it. Raises ValueError where the text is not."""
    shutil.copytree(REPOSITORY / "monitor", place / "monitor")
    for module, old, new in broken.changes:
        file = place / "monitor" / module
        text = file.read_text()
        if text.count(old) != 1:
            raise ValueError(f"{broken.name}: {module}: {text.count(old)} times {old!r}")
        file.write_text(text.replace(old, new))
    return place
