"""The folder for the files of a test run: in memory, where there is room.

The tests make some thousand databases. Each waits for the disk at every commit, and a process that
is killed loses nothing of a file in memory either.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import psutil

IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - only a folder of our own in it is used
ROOM: Final = 4 * 2**30  # bytes; a run takes a tenth of it


def use_memory(place: Path = IN_MEMORY, room: int = ROOM) -> Path | None:
    """Make the folder and let this process and those that it starts use it; None: it stays as is.

    A TMPDIR in the environment stays, and so does the usual folder where `place` has less than
    `room` bytes.
    """
    if "TMPDIR" in os.environ or not _has_room(place, room):
        return None
    folder = place / f"tests-of-{os.geteuid()}"
    # The account of the PostgreSQL server passes through it, and can list nothing.
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        return None
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    return folder


def _has_room(place: Path, room: int) -> bool:
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return False
    return free >= room and psutil.virtual_memory().available >= 2 * room
