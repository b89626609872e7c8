"""Find the acts of people from route to form, and print them: `python -m tests.house.act_table`.

An act is a route that changes a session or one of its alarms through the desk. The rest follows
from its name and from the journal types of its row in `docs/audit.md`.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, get_args

from msgspec import Struct

from monitor.core.encounter.encounter import _ACTS
from monitor.core.vocabulary.inputs import Input
from tests.house.architecture_page import REPOSITORY

GUIDE: Final = REPOSITORY / "CONTRIBUTING.md"
AUDIT: Final = REPOSITORY / "docs" / "audit.md"
ROUTES: Final = REPOSITORY / "monitor" / "adapters" / "http" / "routes"
FORMS: Final = REPOSITORY / "monitor" / "page" / "forms"
OF_A_SESSION: Final = ("/encounters/{encounter_id}/", "/alarms/{alarm_id}/")
BEGINS: Final = "| act | route (body) | input (journal) | core | form |"
_AUDITED: Final = re.compile(r"^\| `POST (/\S+)` \| .*?journal: (.+) \|$", re.MULTILINE)


class Act(Struct, frozen=True):
    """An act with its names.

    name    of the function that handles its route
    body    class of the request's body; "": it has none
    calls   methods of the desk that this function calls, to act or to read
    inputs  journal type -> class of the input
    core    class of the input -> module and function that applies it; "": none does
    form    of the page; "": another part of the page has a button for it
    """

    name: str
    route: str
    body: str
    calls: tuple[str, ...]
    inputs: dict[str, str]
    core: dict[str, str]
    form: str


def acts() -> list[Act]:
    audited = journal_types()
    return [
        _act(handler, route, audited.get(route, ()))
        for handler, route in _routes()
        if set(_calls(handler)) - {"status"}
    ]


def _act(handler: ast.AsyncFunctionDef, route: str, types: tuple[str, ...]) -> Act:
    kinds = {kind.__struct_config__.tag: kind for kind in get_args(Input)}
    handlers = {kinds[of].__name__: _ACTS.get(kinds[of]) for of in types}
    return Act(
        name=handler.name, route=route, body=_body(handler), calls=tuple(_calls(handler)),
        inputs={of: kinds[of].__name__ for of in types},
        core={kind: _place(applies) for kind, applies in handlers.items()},
        form=_form(handler.name, route),
    )  # fmt: skip


def _place(handler: Callable[..., object] | None) -> str:
    return "" if handler is None else f"{handler.__module__}.{handler.__name__}"


def journal_types() -> dict[str, tuple[str, ...]]:
    """Map each route to its journal types; one of several routes is of that with the fewest."""
    found = {
        route: tuple(re.findall(r"`(\w+)`", types))
        for route, types in _AUDITED.findall(AUDIT.read_text(encoding="utf-8"))
    }
    owner: dict[str, str] = {}
    for route in sorted(found, key=lambda route: len(found[route]), reverse=True):
        owner |= dict.fromkeys(found[route], route)
    return {
        route: tuple(of for of in types if owner[of] == route) for route, types in found.items()
    }


def _routes() -> Iterator[tuple[ast.AsyncFunctionDef, str]]:
    """Yield the handler and the path of each route that may be an act."""
    for module in sorted(ROUTES.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef):
                for path in _posts(node):
                    if path.startswith(OF_A_SESSION):
                        yield node, path


def _posts(handler: ast.AsyncFunctionDef) -> Iterator[str]:
    for call in handler.decorator_list:
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "router.post":
            yield ast.unparse(call.args[0]).strip("f'\"")


def _body(handler: ast.AsyncFunctionDef) -> str:
    written = [ast.unparse(one.annotation or one) for one in handler.args.args if one.arg == "body"]
    named = re.search(r"\b(?!Annotated\b)[A-Z]\w+", " ".join(written))
    return named[0] if named else ""


def _calls(handler: ast.AsyncFunctionDef) -> Iterator[str]:
    for node in ast.walk(handler):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "desk":
            yield node.attr


# --- the page -----------------------------------------------------------------------------------


def _form(name: str, route: str) -> str:
    """Return the form that posts to this route: the one of its name, if several name the route."""
    forms = [form for form in sorted(FORMS.glob("*.js")) if posts(form, route)]
    own = [form for form in forms if bare(form.stem) == bare(name)]
    return next((form.name for form in own + forms), "")


def posts(form: Path, route: str) -> bool:
    """Return whether this form of a session names the last part of the route, except to read it."""
    text = form.read_text(encoding="utf-8")
    if "encounters/$" not in text or "post(" not in text:
        return False
    acting = re.sub(r"\b(get|list)\(\"[^\"]*\"", "", text)
    return re.search(rf"[/\"]{re.escape(route.rpartition('/')[2])}[`\"]", acting) is not None


def bare(name: str) -> str:
    """Return a name as a file of the page has it: in lower case, without separators."""
    return re.sub(r"[_-]", "", name).lower()


# --- the table ----------------------------------------------------------------------------------


def table() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield BEGINS
    yield "|---|---|---|---|---|"
    for act in sorted(acts(), key=lambda act: act.name):
        inputs = ", ".join(f"`{kind}` (`{of}`)" for of, kind in act.inputs.items())
        modules = [place.split(".")[2:-1] for place in act.core.values()]
        core = ", ".join(dict.fromkeys(f"`{'/'.join(module)}.py`" for module in modules))
        form = f"`{act.form}`" if act.form else ""
        body = f" (`{act.body}`)" if act.body else ""
        yield f"| `{act.name}` | `{act.route}`{body} | {inputs} | {core} | {form} |"


def printed() -> str:
    """Return the table as CONTRIBUTING.md has it."""
    text = GUIDE.read_text(encoding="utf-8")
    begins = text.index(BEGINS)
    return text[begins : text.index("\n\n", begins) + 1]


if __name__ == "__main__":
    guide = GUIDE.read_text(encoding="utf-8")
    GUIDE.write_text(guide.replace(printed(), table()), encoding="utf-8")
