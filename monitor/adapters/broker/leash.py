"""Run a program that ends when its parent does: `python leash.py PARENT_PID PROGRAM [ARGUMENT...]`.

Linux sends the signal that a process asked for when its parent dies, even by SIGKILL, and keeps the
wish over `exec`. Asked here, in a process of its own, and not between fork and exec of a service
that has threads. Elsewhere the program runs without a leash.

The wish is forgotten when the program changes its user: a broker on a leash keeps ours.
"""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def main(parent: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("the parent is gone already")
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
