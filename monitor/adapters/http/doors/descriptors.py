"""Open files: how many connections the machine lets us have beside what must never lack one."""

import resource
from typing import Final

import structlog

# For the broker, the database, its log and journal, child processes, libraries that are loaded.
KEPT: Final = 256
ENOUGH: Final = 65_536

log = structlog.get_logger(__name__)


def raise_limit() -> int:
    """As far as it may be, for a process that is nothing but connections; answers the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return limit


def fit(connections: int, beside: int) -> int:
    """Raise this process's limit of open files as far as is needed and allowed; answers how many
    of the wanted `connections` fit then.

    beside   further ones that may be open for a moment, as accepted and not yet refused
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
    # A limit that leaves nothing at all still lets a page or two in.
    fitting = max(soft - beside - KEPT, soft // 4)
    log.warning(
        "fewer_connections",
        open_files=soft,
        connections=fitting,
        wanted=connections,
        do=f"raise the limit of open files (LimitNOFILE, ulimits) to {needed}",
    )
    return fitting
