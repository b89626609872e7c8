"""Run a program that ends when its parent does: `python leash.py PARENT_PID PROGRAM [ARGUMENT...]`.

On Linux a process can request a signal for the death of its parent, even by SIGKILL, and the
request survives `exec`. It is made here, in a separate process, and not between fork and exec of a
service that has threads. On other systems the program runs without a leash.

Linux drops the request when the program changes its user: a broker on a leash keeps our user.
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
