"""The test parts (broker, database, browser, Node) behave as the tests that use them assume."""

import asyncio
import subprocess
from collections.abc import Callable

import aiomqtt
import psycopg
import pytest
from playwright.async_api import Page

from tests.parts import Mosquitto, Postgres, node_program, wait_until


async def test_a_killed_broker_comes_back_on_its_port_with_what_it_had_queued(
    mosquitto: Mosquitto,
) -> None:
    def absent() -> aiomqtt.Client:
        return aiomqtt.Client("127.0.0.1", mosquitto.port, identifier="absent", clean_session=False)

    async with absent() as client:
        await client.subscribe("queue", qos=1)
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
        await client.publish("queue", b"kept", qos=1)
    saved = mosquitto.directory / "mosquitto.db"
    await wait_until(lambda: saved.exists() and b"kept" in saved.read_bytes())

    mosquitto.kill()
    mosquitto.start()

    async with absent() as client:
        async with asyncio.timeout(5):
            message = await anext(client.messages)
    assert message.payload == b"kept"


def test_every_database_is_empty_and_nobody_elses(postgres: str, postgres_server: Postgres) -> None:
    with psycopg.connect(postgres) as connection:
        connection.execute("CREATE TABLE mine (id int)")
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    with psycopg.connect(postgres_server.fresh()) as connection:
        assert connection.execute("SELECT to_regclass('mine')").fetchone() == (None,)


def test_a_killed_server_recovers_what_was_committed(own_postgres: Postgres) -> None:
    url = own_postgres.fresh()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS id")
    own_postgres.kill()
    own_postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT id FROM kept").fetchone() == (7,)


async def test_a_page_runs_its_scripts(page: Page) -> None:
    await page.set_content(
        "<h1></h1><script>document.querySelector('h1').textContent = 'ran'</script>"
    )
    assert await page.locator("h1").text_content() == "ran"


@pytest.mark.parametrize("ci", ["", "true"])
def test_a_missing_part_is_a_skip_and_in_ci_a_failure(
    ci: str, monkeypatch: pytest.MonkeyPatch, mosquitto_with: Callable[..., Mosquitto]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    outcome = pytest.fail.Exception if ci else pytest.skip.Exception
    with pytest.raises(outcome, match="install the package mosquitto"):
        mosquitto_with()


async def test_waiting_ends_with_the_last_answer() -> None:
    with pytest.raises(AssertionError, match=r"still waiting for the bus.*last answer: 0"):
        await wait_until(lambda: 0, timeout=0.05, what="the bus")


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_a_node_is_there_even_where_none_is_installed(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if path:
        monkeypatch.setenv("PATH", path)
    ran = subprocess.run([node_program(), "-p", "6 * 7"], capture_output=True, check=True)
    assert ran.stdout == b"42\n"
