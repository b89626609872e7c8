"""The store as the service sees it: entries in, confirmations out, questions answered."""

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
from monitor.adapters.store.tables.errors import StoreError, fault, refusal
from monitor.adapters.store.writing.commits import Act, Awaited, Committer
from monitor.adapters.store.writing.writer import OnCommit, OnFault, OnRefused, Writer

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """One database. `migrate`, then `start` in the event loop; `stop` ends both.

    The functions that ask and change (modules `people`, `clinic`, `encounters`, `findings`,
    `records`) take a connection and are run by `read`, `write` or, without a loop, `run`.
    """

    def __init__(self, url: str) -> None:
        """Raises BadUrl for a URL that names no database; opens nothing yet."""
        self._database = Database(url)
        self._writer: Writer | None = None
        self._readers: ThreadPoolExecutor | None = None
        self.refused = 0

    # --- before and without a loop ----------------------------------------------------------------

    @property
    def where(self) -> str:
        """The database's place, for messages; without a password."""
        return self._database.where

    def migrate(self) -> None:
        """Create or upgrade the schema. Raises StoreError: newer, damaged, locked, not there."""
        migrate(self._database)

    def back_up(self, to: Path, at: float) -> str:
        """One state of the database into a file, also while a service writes. See `backup`."""
        return back_up(self._database, to, at)

    def put_back(self, file: Path, at: float, *, replace: bool) -> Path | None:
        """Make a backup the database, in this program's schema. See `backup`."""
        kept = put_back(self._database, file, at, replace=replace)
        self.migrate()
        return kept

    def run(
        self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `act` in a transaction of its own, in this thread: for commands.

        Raises what `act` raises; StoreError when the database does not answer.
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
        """Start the writer, which writes nothing while a `claim` that is given is not held.

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
        """Have `entry` written in its turn. Does not wait and does not fail."""
        self._running.append(entry)

    def commit(self, entry: Entry) -> "asyncio.Future[None]":
        """The same: it has its turn when this returns. Await it for when it is on disk.

        Raises Conflict, DeviceBusy, Missing or Refused: then nothing of it was written. Waits
        while the database is at fault; a caller that gives up waiting does not take it back.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry.origin = ORIGIN.get()
        self._running.append(Awaited(entry, future))
        return future

    def write(
        self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> "asyncio.Future[T]":
        """Have `act` run in its turn, after all that was given before. Await its result, on disk.

        Raises what `act` raises: then it changed nothing. `act` may be run again after a fault.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        # The writer's thread knows nothing of who asks.
        context = contextvars.copy_context()

        def bound(connection: Connection) -> T:
            return context.run(act, connection, *args, **kwargs)

        self._running.append(Act(bound, future))
        return future

    async def read(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `query` in a thread on a connection that cannot write, seeing one state.

        Raises what `query` raises; StoreError when the database does not answer.
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
        """Return when everything appended so far is on disk (or was refused)."""
        await self.write(_nothing)

    async def stop(self, within: float = 3.0) -> int:
        """Flush for at most `within` seconds, then end. Returns how many items were given up."""
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
        """How many items are appended and not yet on disk."""
        return self._writer.pending if self._writer else 0

    @property
    def oldest(self) -> float | None:
        """When the oldest entry that is not yet on disk happened; None: everything is."""
        return self._writer.oldest if self._writer else None

    @property
    def faulted(self) -> bool:
        """Is the database refusing writes now?"""
        return self._writer is not None and self._writer.faulted

    @property
    def _running(self) -> Writer:
        if self._writer is None:
            raise StoreError("The store is not running.")
        return self._writer


def _nothing(_: Connection) -> None:
    """What `flush` has done in its turn."""
