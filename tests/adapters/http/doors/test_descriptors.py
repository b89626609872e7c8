"""The limit of open files, each case in a process of its own: the limit applies to a process."""

import json
import resource
import subprocess
import sys
from typing import Final

import pytest

from monitor.adapters.http.doors.descriptors import KEPT

TRY: Final = """
import json, resource, sys
from monitor.adapters.http.doors.descriptors import fit
soft, hard = int(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
fitting = fit(1000, beside=100)
print()
print(json.dumps([fitting, resource.getrlimit(resource.RLIMIT_NOFILE)[0]]))
"""
NEEDED: Final = 1000 + 100 + KEPT


@pytest.mark.parametrize(
    ("soft", "hard", "fitting", "raised_to", "told"),
    [
        (4000, 4000, 1000, 4000, False),
        (512, 4000, 1000, NEEDED, False),
        (512, 856, 500, 856, True),
        (128, 128, 32, 128, True),
    ],
)
def test_the_limit_is_raised_or_there_are_fewer_connections_and_the_log_says_so(
    soft: int, hard: int, fitting: int, raised_to: int, told: bool
) -> None:
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 4000, "raise the limit for this test"
    tried = subprocess.run(
        [sys.executable, "-c", TRY, str(soft), str(hard)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    *said, answer = tried.stdout.splitlines()
    assert json.loads(answer) == [fitting, raised_to]
    log = "\n".join(said)
    assert ("fewer_connections" in log and str(NEEDED) in log) is told
