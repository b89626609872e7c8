"""The first process claims the database; a second learns who has it; no claim survives a kill."""

import asyncio
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread, Timer
from typing import Final

import psycopg
import pytest

from monitor.adapters.store import Claim, Claimed, Holder, Store, StoreError
from monitor.adapters.store.database.claim import PATIENCE_S
from monitor.adapters.store.database.session_lock import SessionLock
from tests.adapters.store.running import Running, ask, numbers, opened
from tests.adapters.store.sessions import reading
from tests.parts import Postgres, wait_until
from tests.parts.waiting import wait_until_blocking

ALDER: Final = Holder(host="alder", process=4711, since=1_700_000_000.0)
BIRCH: Final = Holder(host="birch", process=1)
REPOSITORY: Final = Path(__file__).resolve().parents[4]
# Of a claim that is refused: shorter than a service's, since no holder here is about to end.
BRIEF_S: Final = 0.3
OF_THIS_DATABASE: Final = (
    "pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
HOLDS: Final = """
import sys, time
from monitor.adapters.store import Claim, Holder
Claim(sys.argv[1]).take(Holder(host="alder", process=4711))
print("held", flush=True)
time.sleep(60)
"""

Claims = Callable[..., Claim]


@pytest.fixture
def claim() -> Iterator[Claims]:
    """`claim(by, url)` takes that database; all claims are released at the end."""
    made: list[Claim] = []

    def take(by: Holder, of: str, folder: Path | None = None, patience: float = BRIEF_S) -> Claim:
        made.append(Claim(of, folder, patience=patience))
        made[-1].take(by)
        return made[-1]

    yield take
    for each in made:
        each.release()


def lock_file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///") + ".lock")


def end_session(url: str) -> None:
    """Make the server end the connection that holds the lock, without notice."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM " + OF_THIS_DATABASE  # noqa: S608
        ).fetchall()
    assert found == [(True,)]


def let_go(url: str) -> None:
    """Drop the first claim's lock before it looks again."""
    if url.startswith("sqlite"):
        lock_file(url).unlink()
    else:
        end_session(url)


def test_the_second_is_refused_and_told_by_whom(url: str, claim: Claims) -> None:
    first = claim(ALDER, url)
    first.say(http="http://alder:8000")
    with pytest.raises(Claimed) as refused:
        claim(BIRCH, url, patience=PATIENCE_S)  # what it says is written a moment later
    said = str(refused.value)
    assert "process 4711 on alder, since 2023-11-14T22:13:20.000Z, http://alder:8000" in said
    assert "DOSING_MONITOR_DATABASE_URL" in said
    first.confirm()
    assert (first.held, first.lost) == (True, None)
    first.release()
    claim(BIRCH, url)
    with pytest.raises(Claimed, match="process 1 on birch"):
        claim(ALDER, url)


@pytest.mark.parametrize("host", ["a */ SELECT 1 --", "100%s", "ü\"'\\"])
def test_no_name_breaks_what_is_told(url: str, claim: Claims, host: str) -> None:
    claim(Holder(host=host, process=7), url).confirm()
    with pytest.raises(Claimed) as refused:
        claim(BIRCH, url)
    assert f"process 7 on {host})" in str(refused.value)


def test_of_many_at_once_one_has_it(url: str) -> None:
    claims, start = [Claim(url) for _ in range(6)], Barrier(6)
    refused: list[str] = []

    def take(one: Claim, number: int) -> None:
        start.wait()
        try:
            one.take(Holder(host=f"host-{number}", process=number + 1))
        except Claimed as error:
            refused.append(str(error))

    threads = [Thread(target=take, args=(one, n)) for n, one in enumerate(claims)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [n for n, one in enumerate(claims) if one.held]
    assert len(refused) == 5
    assert all(f"on host-{winner}" in said for said in refused)
    claims[winner].release()


def test_a_killed_holder_keeps_nobody_out(url: str, claim: Claims) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, url], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Claimed, match="process 4711 on alder"):
            claim(BIRCH, url)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert claim(BIRCH, url, patience=PATIENCE_S).held


def test_who_is_ending_is_waited_for(url: str, claim: Claims) -> None:
    first = claim(ALDER, url)
    first.say(ending=True)
    end = Timer(BRIEF_S + 0.8, first.release)
    end.start()
    assert claim(BIRCH, url).held
    end.join()


def test_a_lock_that_went_is_taken_again(url: str, claim: Claims) -> None:
    first = claim(ALDER, url)
    let_go(url)
    first.confirm()
    assert first.held
    with pytest.raises(Claimed, match="alder"):
        claim(BIRCH, url)


def test_nobody_has_to_ask_for_that(url: str, claim: Claims) -> None:
    first = claim(ALDER, url)
    with first._turn:
        let_go(url)
        assert not is_locked(url)
    wait_until_blocking(lambda: is_locked(url), 10)
    assert first.held


def is_locked(url: str) -> bool:
    if url.startswith("sqlite"):
        return lock_file(url).exists()
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT FROM " + OF_THIS_DATABASE).fetchall()
    return bool(found)


async def test_who_lost_it_to_another_writes_nothing_more(
    migrated: Store, url: str, claim: Claims
) -> None:
    await (await opened(url)).stop()
    first = claim(ALDER, url)
    again = Running(url)
    again.start(
        asyncio.get_running_loop(), again._confirmed, again.faults.append, again._set_aside, first
    )
    again.append(reading(1))
    await again.flush()
    with first._turn:  # it cannot look in between
        let_go(url)
        await asyncio.to_thread(claim, BIRCH, url)
    with pytest.raises(Claimed, match="process 1 on birch"):
        first.confirm()
    again.append(reading(2))
    await wait_until(lambda: any(isinstance(fault, Claimed) for fault in again.faults))
    assert await again.stop(within=0.2) > 0
    assert ask(url, numbers) == [1]
    assert (first.held, "birch" in str(first.lost)) == (False, True)


def test_the_lock_of_a_file_is_read_by_its_owner_alone_and_stays(
    tmp_path: Path, claim: Claims
) -> None:
    url = f"sqlite:///{tmp_path}/there/monitor.db"
    claim(ALDER, url).release()
    assert stat.S_IMODE(lock_file(url).stat().st_mode) == 0o600
    claim(BIRCH, url)
    other = tmp_path / "by-another-name.db"
    other.symlink_to(tmp_path / "there" / "monitor.db")
    (tmp_path / "linked").symlink_to(tmp_path / "there")
    with pytest.raises(Claimed, match="birch"):
        claim(ALDER, f"sqlite:///{tmp_path}/linked/monitor.db")
    with pytest.raises(Claimed, match="birch"):
        claim(ALDER, f"sqlite:///{other}")
    assert claim(ALDER, f"sqlite:///{tmp_path}/there/beside.db").held


def test_a_database_that_is_put_in_its_place_is_claimed_too(tmp_path: Path, claim: Claims) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    claim(ALDER, url)
    (tmp_path / "new.db").write_bytes(b"")
    (tmp_path / "new.db").replace(tmp_path / "monitor.db")
    with pytest.raises(Claimed, match="alder"):
        claim(BIRCH, url)


def test_a_folder_that_takes_no_lock_is_named(tmp_path: Path) -> None:
    (tmp_path / "monitor.db.lock").mkdir()
    with pytest.raises(StoreError) as refused:
        Claim(f"sqlite:///{tmp_path}/monitor.db").take(ALDER)
    assert f"{tmp_path}/monitor.db.lock cannot be opened (Is a directory)" in str(refused.value)


def test_the_folder_of_the_broker_is_claimed_besides(tmp_path: Path, claim: Claims) -> None:
    folder = tmp_path / "data"
    claim(ALDER, f"sqlite:///{tmp_path}/one.db", folder)
    with pytest.raises(Claimed, match=r"data folder .*alder.*DOSING_MONITOR_DATA\."):
        claim(BIRCH, f"sqlite:///{tmp_path}/two.db", folder)
    # The claim that was refused for the folder has released the database.
    assert claim(BIRCH, f"sqlite:///{tmp_path}/two.db").held


def test_other_databases_and_schemas_of_a_server_are_others(
    postgres_server: Postgres, claim: Claims
) -> None:
    one, two = postgres_server.fresh(), postgres_server.fresh()
    with psycopg.connect(one, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA elsewhere")
    claim(ALDER, one)
    assert claim(BIRCH, two).held
    assert claim(BIRCH, f"{one}?options=-csearch_path%3Delsewhere").held
    with pytest.raises(Claimed, match="alder"):
        claim(BIRCH, one)


def test_who_may_not_see_the_others_statements_is_told_its_address(
    postgres_server: Postgres, claim: Claims
) -> None:
    url = postgres_server.fresh()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
    claim(ALDER, url)
    host = url.rpartition("@")[2]
    with pytest.raises(Claimed) as refused:
        claim(BIRCH, f"postgresql://stranger:stranger@{host}")
    assert "a process on " in str(refused.value)


def test_a_connection_of_its_own_that_the_server_still_has_is_no_other_service(
    postgres: str, claim: Claims
) -> None:
    first = claim(ALDER, postgres)
    (lock,) = first._locks
    assert isinstance(lock, SessionLock)
    with first._turn:
        former, lock._connection, lock._ours = lock._connection, None, False

    def again() -> bool:
        return first.held and lock._ours

    wait_until_blocking(again, 10)
    assert first.lost is None
    assert former is not None
    former.invalidate()


class TestServerGone:
    @pytest.mark.parametrize("how", ["stop", "kill"])
    def test_it_is_taken_again_when_the_server_is_back(
        self, own_postgres: Postgres, claim: Claims, how: str
    ) -> None:
        url = own_postgres.fresh()
        first = claim(ALDER, url)
        getattr(own_postgres, how)()

        def fault() -> str:
            try:
                first.confirm()
            except StoreError as error:
                return str(error)
            return ""  # processes of a killed server may answer for a moment longer

        assert "does not take writes" in wait_until_blocking(fault, 10, "the fault")
        assert (first.held, first.lost) == (False, None)
        own_postgres.start()
        wait_until_blocking(lambda: first.held, 10)
        with pytest.raises(Claimed, match="alder"):
            claim(BIRCH, url, patience=PATIENCE_S)  # it says its name again a moment later
        assert first.held
