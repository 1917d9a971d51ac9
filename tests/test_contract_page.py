"""docs/contract.md against the code: whoever writes a client from the page alone misses nothing."""

import ast
import re
from http import HTTPStatus
from pathlib import Path

from app import errors
from app.http.openapi import DocumentedApi
from app.main import create_app
from app.runtime.parts import build
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/contract.md").read_text()
_ERRORS = {name for name in vars(errors) if name.endswith("Error")} | {"RefusedError", "_respond"}
_ERRORS.remove("NotFoundError")  # its argument is a noun
_CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def codes_in_sources() -> set[str]:
    """The first argument of every refusal, and the codes that sockets answer."""
    codes = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and path.name == "problems.py":
                codes |= {text for arg in node.args[1:2] for text in _texts(arg)}
            if isinstance(node, ast.Dict):
                keys = [getattr(key, "value", None) for key in node.keys]
                if keys and all(isinstance(key, int) and key in set(HTTPStatus) for key in keys):
                    codes |= {text for value in node.values for text in _texts(value)}
                if "code" in keys:
                    codes |= _texts(node.values[keys.index("code")])
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            inherited = name == "__init__" and isinstance(node.func, ast.Attribute)
            if name in _ERRORS or name in {"_error", "refusal"} or inherited:
                codes |= {text for arg in node.args[:2] for text in _texts(arg)}
    return {code for code in codes if _CODE.fullmatch(code)}


def _texts(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def codes_on_the_page() -> set[str]:
    """Those of the table."""
    table = PAGE.partition("### Codes")[2].partition("\n## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    return {code for row in rows for code in re.findall(r"`(\w+)`", row)}


def test_every_code_stands_on_the_page_and_no_other() -> None:
    assert codes_in_sources() == codes_on_the_page()


def test_every_route_stands_on_the_page(tmp_path: Path) -> None:
    app = create_app(build(Settings(data_dir=tmp_path, demo=True)))
    assert isinstance(app, DocumentedApi)
    plain = re.sub(r"\{[^}]*\}", "{}", PAGE)
    missing = {
        path
        for path in app.openapi()["paths"]
        if re.sub(r"\{[^}]*\}", "{}", path).removeprefix("/api/admin/agents/{}") not in plain
    }
    assert missing == set()
