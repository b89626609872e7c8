"""The files of the page: their types, their tags, and nothing beside them."""

import asyncio
from pathlib import Path

import httpx
import pytest

from monitor.adapters.http.static import PageFiles
from tests.adapters.http.asgi import client_of
from tests.adapters.http.conftest import Service

TYPES = {
    "/": "text/html; charset=utf-8",
    "/index.html": "text/html; charset=utf-8",
    "/main.js": "text/javascript; charset=utf-8",
    "/style.css": "text/css; charset=utf-8",
}


async def test_the_page_is_served_with_its_types_and_asked_for_again(service: Service) -> None:
    async with service.client() as client:
        for path, kind in TYPES.items():
            first = await client.get(path)
            assert (first.status_code, first.headers["Content-Type"]) == (200, kind)
            again = await client.get(path, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["Cache-Control"] == "no-cache"


async def test_no_file_beside_the_page_is_served(service: Service) -> None:
    for path in ("/../monitor.db", "/%2e%2e/monitor.db", "/..%2fmonitor.db", "//monitor.db"):
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        async with asyncio.timeout(5):
            answer = await reader.read()
        writer.close()
        assert b" 404 " in answer.splitlines()[0]
        assert b"SQLite" not in answer


# --- without a server -----------------------------------------------------------------------------


async def get(folder: Path, path: str, **headers: str) -> httpx.Response:
    async with client_of(PageFiles(folder)) as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mjs", "text/javascript; charset=utf-8"), ("A.WAV", "audio/wav"),
        ("a.json", "application/json"), ("a.svg", "image/svg+xml"), ("a.wav", "audio/wav"),
        ("a.woff2", "font/woff2"), ("a.webmanifest", "application/manifest+json"),
        ("a.b.css", "text/css; charset=utf-8"), ("a.txt", "text/plain; charset=utf-8"),
    ],
)  # fmt: skip
async def test_a_type_does_not_depend_on_the_machine_s_own_table(
    tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / name).write_bytes(b"x")
    answer = await get(tmp_path, f"/{name}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_a_changed_file_is_sent_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "main.js"
    file.write_text("old")
    tag = (await get(tmp_path, "/main.js")).headers["ETag"]
    same = await get(tmp_path, "/main.js", **{"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    assert "Content-Type" not in same.headers
    file.write_text("newer")
    assert (await get(tmp_path, "/main.js", **{"If-None-Match": tag})).text == "newer"


async def test_a_folder_is_its_index_and_a_missing_page_is_found_at_the_first_request(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "page"
    files = PageFiles(folder)  # not there yet: the service starts all the same
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html>")
    async with client_of(files) as client:
        answer = await client.get("/")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text == "<!doctype html>"
