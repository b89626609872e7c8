"""The limit of open files: how many connections fit beside the files that must never run out."""

import resource
from typing import Final

import structlog

# For the broker, the database, its log and journal, child processes and loaded libraries.
KEPT: Final = 256

log = structlog.get_logger(__name__)


def fit(connections: int, beside: int) -> int:
    """Raise this process's limit of open files as far as needed and allowed; return how many of the
    wanted `connections` fit.

    beside   further connections that may be open for a moment, as accepted and not yet refused
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + beside + KEPT
    if resource.RLIM_INFINITY in (soft, needed) or soft >= needed:
        return connections
    raised = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if raised > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
        soft = raised
    if soft >= needed:
        return connections
    # Even a limit that leaves no room lets a page or two in.
    fitting = max(soft - beside - KEPT, soft // 4)
    log.warning(
        "fewer_connections",
        open_files=soft,
        connections=fitting,
        wanted=connections,
        do=f"raise the limit of open files (LimitNOFILE, ulimits) to {needed}",
    )
    return fitting
