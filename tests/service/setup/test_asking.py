"""Questions on a terminal: repeated until the answer is valid, and ended with the input."""

import getpass
import io
from collections.abc import Callable

import pytest

from monitor.service.setup.account_commands import UnfitAccount, fit_name
from monitor.service.setup.asking import ask, ask_password, fit_role, wrong

PASSWORD = "correct horse"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`typed(*lines)`: a person types these lines, as text or as bytes; then the input ends."""

    def type_lines(*lines: str | bytes) -> None:
        raw = b"".join((x if isinstance(x, bytes) else x.encode()) + b"\n" for x in lines)
        stream = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", stream)
        # Without the terminal that the tests may have, whose echo it would turn off.
        monkeypatch.setattr(getpass, "getpass", input)

    return type_lines


def test_a_wrong_use_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        wrong("No such user.")
    assert ended.value.code == 2
    assert tuple(capsys.readouterr()) == ("", "dosing-monitor: No such user.\n")


def test_it_asks_until_the_answer_fits(
    typed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("", "ada lovelace", "  ada ", "eve")
    assert ask("User name", fit_name) == "ada"
    said = capsys.readouterr().out
    assert said.count("User name: ") == 3
    assert said.count("A user name has 1 to 64 letters") == 2


def test_a_role_is_one_of_three_and_the_refusal_names_them() -> None:
    for role in ("viewer", "therapist", "admin"):
        fit_role(role)
    for role in ("", "Admin", "king"):
        with pytest.raises(UnfitAccount, match="one of admin, therapist, viewer: viewer reads"):
            fit_role(role)


def test_a_password_is_typed_twice_and_fits(
    typed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    # too short; two that differ; blanks are part of it
    typed("short", PASSWORD, PASSWORD + " ", PASSWORD + " ", PASSWORD + " ")
    assert ask_password("ada") == PASSWORD + " "
    said = capsys.readouterr().out
    assert said.count("The password needs at least 8 characters.\n") == 1
    assert said.count("The two passwords are not the same.\n") == 1
    assert said.count("Password again: ") == 2
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "Nobody was added."),
        ([PASSWORD], "Nobody was added."),
        (["short"], "Nobody was added."),
        ([b"caf\xe9 au lait"], "What was typed is not UTF-8. Nobody was added."),
    ],
)
def test_an_input_that_ends_adds_no_user(
    typed: Callable[..., None], capsys: pytest.CaptureFixture[str], lines: list[str | bytes],
    said: str,
) -> None:  # fmt: skip
    typed(*lines)
    with pytest.raises(SystemExit) as ended:
        ask_password("ada")
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"dosing-monitor: {said}\n"


def test_a_question_that_is_interrupted_adds_no_user(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    with pytest.raises(SystemExit) as ended:
        ask("User name", fit_name)
    assert ended.value.code == 2
    assert capsys.readouterr().err == "dosing-monitor: Nobody was added.\n"
