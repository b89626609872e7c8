"""Quotas of the quarantine: one for each device, and one for all rows together.

A lane is one registered device; all other input (unknown devices, invalid topics) shares the lane
"". A full lane drops its oldest rows, because the newest show the present fault. When the total is
too large, the largest lane is pruned: a sender of junk pushes out only its own junk. The dropped
rows are counted in `quarantine_dropped`, in the same transaction.

Runs in the writer's thread. The tallies are read once and then updated; call `forget` after a
rollback. Pruning removes a tenth at a time, so that it does not cost time at every row.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, Dialect, Select, delete, func, or_, select

from monitor.adapters.store.tables.bulk import dialect_insert
from monitor.adapters.store.tables.definitions import quarantine, quarantine_dropped

_LEAVES: Final = 0.9


class Quota(NamedTuple):
    """A limit of rows and bytes. bytes: of the texts and excerpts; a row takes some 100 more."""

    rows: int
    bytes: int


OF_A_LANE: Final = Quota(1_000, 512 * 1024)
IN_ALL: Final = Quota(50_000, 32 * 1024 * 1024)


class _Tally(Struct):
    rows: int = 0
    bytes: int = 0

    def over(self, quota: Quota) -> bool:
        return self.rows > quota.rows or self.bytes > quota.bytes


class Keeping:
    """Keep the quarantine within its quotas: call `added` after an INSERT, in its transaction."""

    def __init__(
        self, dialect: Dialect, of_a_lane: Quota = OF_A_LANE, in_all: Quota = IN_ALL
    ) -> None:
        self._dialect = dialect
        self._of_a_lane = of_a_lane
        self._in_all = in_all
        self._lanes: dict[str, _Tally] | None = None
        self._all = _Tally()

    def forget(self) -> None:
        self._lanes = None

    def added(self, connection: Connection, rows: Sequence[tuple[str, int]], at: float) -> None:
        """Count the inserted rows and prune. rows: lane and bytes of each."""
        if self._lanes is None:
            lanes = self._load(connection)  # counts the new rows too
        else:
            lanes = self._lanes
            for lane, size in rows:
                self._count(lanes.setdefault(lane, _Tally()), 1, size)
        for lane in dict.fromkeys(lane for lane, _ in rows):
            if lanes[lane].over(self._of_a_lane):
                self._prune(connection, lane, self._of_a_lane, at)
        while self._all.over(self._in_all):
            largest = max(lanes, key=lambda lane: lanes[lane].bytes)
            tally = lanes[largest]
            self._prune(connection, largest, Quota(tally.rows, tally.bytes), at)

    def _load(self, connection: Connection) -> dict[str, _Tally]:
        found = connection.execute(_sums().group_by(quarantine.c.lane)).all()
        lanes = self._lanes = {lane: _Tally(rows, int(size)) for lane, rows, size in found}
        self._all = _Tally(
            sum(t.rows for t in lanes.values()), sum(t.bytes for t in lanes.values())
        )
        return lanes

    def _count(self, tally: _Tally, rows: int, size: int) -> None:
        for each in (tally, self._all):
            each.rows += rows
            each.bytes += size

    def _prune(self, connection: Connection, lane: str, quota: Quota, at: float) -> None:
        """Delete the oldest rows of the lane until it is down to nine tenths of the quota."""
        assert self._lanes is not None
        newest = quarantine.c.id.desc()
        ranked = select(
            quarantine.c.id,
            func.row_number().over(order_by=newest).label("place"),
            func.sum(quarantine.c.bytes).over(order_by=newest).label("size"),
        ).where(quarantine.c.lane == lane).subquery()  # fmt: skip
        last = select(func.max(ranked.c.id)).where(
            or_(
                ranked.c.place > int(quota.rows * _LEAVES),
                ranked.c.size > int(quota.bytes * _LEAVES),
            )
        )
        mine = quarantine.c.lane == lane
        connection.execute(
            delete(quarantine).where(mine, quarantine.c.id <= last.scalar_subquery())
        )
        before = self._lanes[lane]
        left = connection.execute(_sums().where(mine).group_by(quarantine.c.lane)).one_or_none()
        rows, size = (0, 0) if left is None else (left[1], int(left[2]))
        gone = before.rows - rows
        self._count(before, -gone, size - before.bytes)
        if not before.rows:
            del self._lanes[lane]
        self._note(connection, lane, gone, at)

    def _note(self, connection: Connection, lane: str, gone: int, at: float) -> None:
        new = dialect_insert(self._dialect, quarantine_dropped).values(
            lane=lane, rows=gone, since=at, at=at
        )
        more = {"rows": quarantine_dropped.c.rows + gone, "at": at}
        connection.execute(new.on_conflict_do_update(index_elements=("lane",), set_=more))


def _sums() -> Select[Any]:
    c = quarantine.c
    return select(c.lane, func.count(), func.coalesce(func.sum(c.bytes), 0))
