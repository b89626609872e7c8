"""The store as the service sees it: it takes entries, confirms commits and runs queries."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from monitor.adapters.store.database.backup import back_up, put_back
from monitor.adapters.store.database.claim import Claim
from monitor.adapters.store.database.engines import READERS, WRITER_PATIENCE_MS, Database
from monitor.adapters.store.database.upgrade import migrate
from monitor.adapters.store.tables.audits import ORIGIN
from monitor.adapters.store.tables.entry import Entry
from monitor.adapters.store.tables.store_errors import StoreError, fault, refusal
from monitor.adapters.store.writing.commits import Act, Awaited, Committer
from monitor.adapters.store.writing.writer import OnCommit, OnFault, OnRefused, Writer

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """One database. Call `migrate`, then `start` in the event loop; `stop` ends both.

    The queries and changes (package `questions`) are functions that take a connection; `read`,
    `write` or, without a loop, `run` runs them.
    """

    def __init__(self, url: str) -> None:
        """Raise BadUrl if the URL names no database. Opens no connection yet."""
        self._database = Database(url)
        self._writer: Writer | None = None
        self._readers: ThreadPoolExecutor | None = None
        self.refused = 0

    # --- before and without a loop ----------------------------------------------------------------

    @property
    def where(self) -> str:
        """The location of the database for messages, without a password."""
        return self._database.where

    def migrate(self) -> None:
        """Create or upgrade the schema. Raises StoreError: newer, damaged, locked, missing."""
        migrate(self._database)

    def back_up(self, to: Path, at: float) -> str:
        """Back up one state of the database to a file, also while a service runs. See `backup`."""
        return back_up(self._database, to, at)

    def put_back(self, file: Path, at: float, *, replace: bool) -> Path | None:
        """Restore a backup as the database, upgraded to this program's schema. See `backup`."""
        kept = put_back(self._database, file, at, replace=replace)
        self.migrate()
        return kept

    def run(
        self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `act` in its own transaction in this thread: for commands.

        Raises the errors of `act`, and StoreError when the database does not answer.
        """
        engine = self._database.writing()
        try:
            with engine.begin() as connection:
                return act(connection, *args, **kwargs)
        except IntegrityError as error:
            raise refusal(error) from None
        except DBAPIError as error:
            raise fault(error, self.where) from None
        finally:
            engine.dispose()

    # --- in the loop ------------------------------------------------------------------------------

    def start(
        self,
        loop: asyncio.AbstractEventLoop,
        on_commit: OnCommit,
        on_fault: OnFault,
        on_refused: OnRefused | None = None,
        claim: Claim | None = None,
    ) -> None:
        """Start the writer. If a `claim` is given, it writes only while the claim is held.

        The callbacks (see `Writer`) are called in `loop`.
        """

        def refused(entry: Entry, error: StoreError) -> None:
            self.refused += 1
            if on_refused is not None:
                on_refused(entry, error)

        engine = self._database.writing(WRITER_PATIENCE_MS)
        committer = Committer(engine, uuid4().hex, claim)
        self._writer = Writer(committer, self.where, loop, on_commit, on_fault, refused)

    def append(self, entry: Entry) -> None:
        """Queue `entry` to be written in its turn. Does not wait and does not fail."""
        self._running.append(entry)

    def commit(self, entry: Entry) -> "asyncio.Future[None]":
        """Queue `entry` and return a future that is done when the entry is on disk.

        The entry has its place in the queue when this returns. The future raises NotUnique,
        DeviceBusy, Missing or EntryRefused; then no part of the entry was written. It waits while
        the database is at fault; a caller that stops waiting does not withdraw the entry.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry.origin = ORIGIN.get()
        self._running.append(Awaited(entry, future))
        return future

    def write(
        self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> "asyncio.Future[T]":
        """Queue `act` behind all earlier items; the future gives its result once it is on disk.

        The future raises the errors of `act`; then `act` has changed no data. `act` may run again
        after a fault.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        # The writer's thread does not have the caller's context variables.
        context = contextvars.copy_context()

        def bound(connection: Connection) -> T:
            return context.run(act, connection, *args, **kwargs)

        self._running.append(Act(bound, future))
        return future

    async def read(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `query` in a thread, on a read-only connection that sees one state of the database.

        Raises the errors of `query`, and StoreError when the database does not answer.
        """
        if self._readers is None:
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

        def ask() -> T:
            try:
                with self._database.reading.begin() as connection:
                    return query(connection, *args, **kwargs)
            except DBAPIError as error:
                raise fault(error, self.where) from None

        return await asyncio.get_running_loop().run_in_executor(self._readers, ask)

    async def flush(self) -> None:
        """Wait until every item appended so far is on disk or refused."""
        await self.write(_nothing)

    async def stop(self, within: float = 3.0) -> int:
        """Flush for at most `within` seconds, then end. Return the number of items given up."""
        writer, self._writer = self._writer, None
        given_up = 0
        if writer is not None:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            writer.append(Act(_nothing, future))
            with suppress(TimeoutError):
                await asyncio.wait_for(future, within)
            writer.stop()
            await asyncio.to_thread(writer.join, 1.0)
            given_up = writer.pending
        if self._readers is not None:
            self._readers.shutdown(cancel_futures=True)
        self._database.reading.dispose()
        return given_up

    @property
    def pending(self) -> int:
        """The number of items that are appended and not yet on disk."""
        return self._writer.pending if self._writer else 0

    @property
    def oldest(self) -> float | None:
        """The time of the oldest entry that is not yet on disk; None if all are."""
        return self._writer.oldest if self._writer else None

    @property
    def faulted(self) -> bool:
        """Whether the database is refusing writes now."""
        return self._writer is not None and self._writer.faulted

    @property
    def _running(self) -> Writer:
        if self._writer is None:
            raise StoreError("The store is not running.")
        return self._writer


def _nothing(_: Connection) -> None:
    """Do no work: `flush` and `stop` queue this act and wait for it."""
