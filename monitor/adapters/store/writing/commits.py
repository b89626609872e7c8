"""Commit one group of entries in one transaction: all of it is on disk, or no change is.

An entry that the database will never take must not hold up the others: when a group fails because
of its content, it is written again with a savepoint around each item, and the items that fail then
are set aside. Any other failure is raised, the group unchanged, for the writer to retry later.

A connection can break between COMMIT and its response. Each commit therefore writes its number to
the writer's row in `commits`, and a group whose outcome is unknown is looked up there before it is
written a second time.
"""

from asyncio import Future
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec
from msgspec import Struct, field
from sqlalchemy import Connection, Engine, delete
from sqlalchemy.exc import SQLAlchemyError

from monitor.adapters.store.database.claim import Claim
from monitor.adapters.store.tables.bulk import BulkInsert, dialect_insert, keep_last
from monitor.adapters.store.tables.definitions import commits
from monitor.adapters.store.tables.entry import Entry, Quarantined
from monitor.adapters.store.tables.store_errors import StoreError, is_own_fault, refusal
from monitor.adapters.store.writing.recorder import Recorder
from monitor.core.vocabulary.inputs import Observed


class Awaited(Struct):
    """An entry whose caller waits for it: the future receives a refusal too."""

    entry: Entry
    future: "Future[None]"


class Act(Struct):
    """A function that changes the database, in its turn among the entries. `run` may run twice."""

    run: Callable[[Connection], Any]
    future: "Future[Any]"


Item = Entry | Awaited | Act


class CommitOutcome(Struct):
    """The confirmations and refusals to report once the commit is on disk."""

    tokens: list[object] = field(default_factory=list)
    refused: list[tuple[Entry, StoreError]] = field(default_factory=list)
    answers: list[tuple["Future[Any]", Any]] = field(default_factory=list)


class Committer:
    """The writer's connection to the database. Used by one thread; reconnects after a failure.

    name: unique among all writers, past or present.
    claim: if given, groups are written only while it is held.
    """

    def __init__(self, engine: Engine, name: str, claim: Claim | None = None) -> None:
        self._engine: Final = engine
        self._name: Final = name
        self._claim: Final = claim
        self._recorder: Final = Recorder(engine.dialect)
        self._mark: Final = BulkInsert(
            engine.dialect, commits, ("writer", "number"), keep_last("writer")
        )
        self._connection: Connection | None = None
        self._number = 0
        self._unanswered: CommitOutcome | None = None

    def commit(self, group: Sequence[Item]) -> CommitOutcome:
        """Write the group and return when it is on disk.

        On an error the group was not written, or its outcome is unknown: call again with the same
        group.
        """
        self._claimed()
        connection = self._connection = self._connection or self._engine.connect()
        if (outcome := self._found_after_all(connection)) is not None:
            return outcome
        try:
            return self._transaction(connection, group, self._together)
        except Exception as error:
            if not is_own_fault(error):
                raise
        return self._transaction(connection, group, self._apart)

    def drop(self) -> None:
        """Drop the connection after an error; the next commit makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.invalidate()
            with suppress(SQLAlchemyError):
                connection.close()

    def close(self) -> None:
        """Delete the writer's row and disconnect."""
        if self._connection is not None and self._number:
            with suppress(SQLAlchemyError), self._connection.begin():
                self._connection.execute(delete(commits).where(commits.c.writer == self._name))
        self.drop()

    def _claimed(self) -> None:
        """Raise StoreError while the claim is not held: its holder may be writing already."""
        claim = self._claim
        if claim is not None and (self._connection is None or not claim.held):
            # A broken connection may have ended with its server, and the claim with it.
            self.drop()
            claim.confirm()

    def _transaction(
        self,
        connection: Connection,
        group: Sequence[Item],
        write: Callable[[Connection, Sequence[Item], CommitOutcome], None],
    ) -> CommitOutcome:
        outcome = CommitOutcome()
        try:
            with connection.begin():
                write(connection, group, outcome)
                self._mark.run(connection, [self._name, self._number + 1])
                self._unanswered = outcome
        except BaseException:
            self._recorder.forget()
            raise
        return self._answered(outcome)

    def _found_after_all(self, connection: Connection) -> CommitOutcome | None:
        """Return the outcome of the last attempt if its COMMIT took place without a response."""
        outcome = self._unanswered
        if outcome is None:
            return None
        # An UPDATE without effect instead of a SELECT: it waits for the row's lock, and so for the
        # last attempt, if the server is still about to carry it out.
        statement = dialect_insert(connection.dialect, commits).values(writer=self._name, number=0)
        same = statement.on_conflict_do_update(
            index_elements=("writer",), set_={"number": commits.c.number}
        )
        with connection.begin():
            number = connection.execute(same.returning(commits.c.number)).scalar_one()
        self._unanswered = None
        return self._answered(outcome) if number == self._number + 1 else None

    def _answered(self, outcome: CommitOutcome) -> CommitOutcome:
        self._unanswered = None
        self._number += 1
        return outcome

    def _together(
        self, connection: Connection, group: Sequence[Item], outcome: CommitOutcome
    ) -> None:
        entries: list[Entry] = []
        for item in group:
            if isinstance(item, Act):
                self._recorder.record(connection, entries)
                entries = []
                _run(connection, item, outcome)
                continue
            entry = item if isinstance(item, Entry) else item.entry
            entries.append(entry)
            _written(item, entry, outcome)
        self._recorder.record(connection, entries)

    def _apart(self, connection: Connection, group: Sequence[Item], outcome: CommitOutcome) -> None:
        for item in group:
            if isinstance(item, Act):
                _run(connection, item, outcome)
                continue
            entry = item if isinstance(item, Entry) else item.entry
            try:
                with connection.begin_nested():
                    self._recorder.record(connection, [entry])
            except Exception as error:
                if not is_own_fault(error):
                    raise
                self._recorder.forget()
                self._set_aside(connection, item, refusal(error), outcome)
            else:
                _written(item, entry, outcome)

    def _set_aside(
        self,
        connection: Connection,
        item: Entry | Awaited,
        error: StoreError,
        outcome: CommitOutcome,
    ) -> None:
        """Report a refused entry to its caller, or leave a trace in quarantine if no one waits."""
        if isinstance(item, Awaited):
            outcome.answers.append((item.future, error))
            return
        outcome.refused.append((item, error))
        trace = Entry(encounter_id="", at=item.at, quarantined=(_trace(item, error),))
        self._recorder.record(connection, [trace])


def _written(item: Entry | Awaited, entry: Entry, outcome: CommitOutcome) -> None:
    if entry.token is not None:
        outcome.tokens.append(entry.token)
    if isinstance(item, Awaited):
        outcome.answers.append((item.future, None))


def _run(connection: Connection, act: Act, outcome: CommitOutcome) -> None:
    try:
        with connection.begin_nested():
            result = act.run(connection)
    except Exception as error:
        if not is_own_fault(error):
            raise
        # The caller gets its own errors unchanged; only the database's texts are replaced.
        own = refusal(error) if isinstance(error, SQLAlchemyError) else error
        outcome.answers.append((act.future, own))
    else:
        outcome.answers.append((act.future, result))


def _trace(entry: Entry, error: StoreError) -> Quarantined:
    try:
        whole = msgspec.json.encode(entry.input)
    except (UnicodeError, ValueError, TypeError):
        whole = b""
    device = entry.input.observation.device if isinstance(entry.input, Observed) else ""
    reason = f"store: {error}"
    return Quarantined(
        topic="", device=device, reason=reason, excerpt=whole, size=len(whole), lane=device
    )
