"""The program behind `forge.py`: `python tests/parts/forging.py SOCKET`.

Each line that it reads describes a process to fork; it writes the number of each, and later its
exit status. It has one thread, and a forked process never returns to its loop: what comes after is
that of `python -m monitor`, up to the end of the interpreter.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Final

MODULE: Final = "monitor"
# Libraries load these at their first use.
LATER: Final = ("anyio._backends._asyncio", "httpcore", "pydantic.v1.dataclasses", "uvloop")


def prepare() -> None:
    """Load what a service loads up to its first request, and a command in part."""
    import monitor.__main__
    import monitor.adapters.deliver
    import monitor.adapters.http
    import monitor.service.process.run

    for name in LATER:
        importlib.import_module(name)
    monitor.adapters.deliver.prepare()
    monitor.adapters.http.Passwords.prepare()
    # Each forked process runs the module anew, as its main one.
    del sys.modules["monitor.__main__"]
    gc.collect()
    gc.freeze()
    # An interrupt at the terminal is for the tests.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def forks(number: int) -> dict[str, Any]:
    """Fork a process for each line; return, in each of them, its description.

    The prepared process itself does not return: it exits when the tests close the socket.
    """
    children: dict[int, int] = {}
    with socket.socket(fileno=number) as ours:
        asked = ours.makefile("rb")
        while True:
            for ready in select.select([number, *children], [], [])[0]:
                if ready != number:
                    pid = children.pop(ready)
                    os.close(ready)
                    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                    _tell(ours, ended=pid, status=status)
                    continue
                line = asked.readline()
                if not line:
                    raise SystemExit
                pid = os.fork()
                if pid == 0:
                    for file in children:
                        os.close(file)
                    asked.close()
                    wanted: dict[str, Any] = json.loads(line)
                    return wanted
                children[os.pidfd_open(pid)] = pid
                _tell(ours, forked=pid)


def _tell(ours: socket.socket, **words: int) -> None:
    ours.sendall(json.dumps(words).encode() + b"\n")


def become(wanted: dict[str, Any]) -> None:
    """Take the place, the environment and the files that were asked for."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(wanted["directory"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    append = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for number, path in enumerate(wanted["files"]):
        file = os.open(path, os.O_RDONLY if number == 0 else append, 0o666)
        os.dup2(file, number)
        os.close(file)
    sys.path[0] = wanted["directory"]
    sys.argv = [MODULE, *wanted["arguments"]]


if __name__ == "__main__":
    del sys.path[0]  # this folder, whose modules are no one else's
    sys.path.insert(0, str(Path.cwd()))
    prepare()
    become(forks(int(sys.argv[1])))
    runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
