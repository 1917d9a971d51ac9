"""Rules of the tree that a linter cannot express."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAX_LINES = 400
BUILT = {"node_modules", "dist", "build", "__pycache__"}


def _files(folder: str, *patterns: str) -> list[Path]:
    return sorted(
        path
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if not BUILT.intersection(path.parts)
    )


def _calls(path: Path, method: str) -> Iterator[int]:
    """The lines of a source where `<something>.method(` is called."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name == method:
                yield node.lineno


@pytest.mark.parametrize("method", ["commit", "begin", "begin_nested"])
def test_only_the_database_package_commits(method: str) -> None:
    elsewhere = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _files("app", "*.py")
        if path.parent != ROOT / "app" / "db"
        for line in _calls(path, method)
        # Alembic's own environment opens the transaction that migrations run in.
        if path.name != "env.py"
    ]
    assert elsewhere == [], "a unit of work is committed in app/db, before the response goes out"


def test_the_database_package_commits() -> None:
    """The rule above can see a commit where there is one."""
    assert any(list(_calls(path, "commit")) for path in _files("app/db", "*.py"))


def test_files_are_short_enough_to_be_read_at_once() -> None:
    sources = [
        *_files("app", "*.py", "*.ts", "*.tsx", "*.css"),
        *_files("agent", "*.py"),
        *_files("ops", "*.py"),
    ]
    generated = {ROOT / "app/web/src/api/schema.d.ts"}
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources
        if path not in generated and (lines := len(path.read_text().splitlines())) > MAX_LINES
    }
    assert long == {}, f"more than {MAX_LINES} lines: split by use case"


def test_tests_are_no_packages() -> None:
    """`--import-mode=importlib` names modules from the root; a package would be found twice."""
    assert _files("tests", "__init__.py") == []


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *_files("docs", "*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_setting_is_documented_with_its_default() -> None:
    from app.settings import Settings

    page = (ROOT / "docs" / "operations.md").read_text()
    documented = dict(re.findall(r"^\| `SIBERIUS_([A-Z0-9_]+)` \| ([^|]*) \|", page, re.MULTILINE))
    expected = {}
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        expected[name.upper()] = default
    assert documented == expected


def test_a_class_has_one_style_file() -> None:
    """Two components with the same class name would spoil each other wherever they meet."""
    owners: dict[str, set[str]] = {}
    for path in _files("app/web/src/styles", "*.css"):
        for name in re.findall(r"^(\.[a-z][\w-]*)(?= \{|,$)", path.read_text(), re.MULTILINE):
            owners.setdefault(name, set()).add(path.name)
    assert len(owners) > 50
    assert {name: files for name, files in owners.items() if len(files) > 1} == {}


_SITE_DATA = re.compile(
    r"""(?<![\w.'-])(?:(?:globalThis|window|self)\??\.)?
        (?:localStorage|sessionStorage|indexedDB|caches|new\ BroadcastChannel|new\ SharedWorker)\b
        (?!['\w-])
      | navigator\??\.(?:serviceWorker|locks|storage|cookieEnabled)\b
      | document\.cookie\b""",
    re.VERBOSE,
)


def _touches_of_site_data(text: str) -> list[str]:
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
    return [match.group() for match in _SITE_DATA.finditer(code)]


def test_one_file_of_the_dashboard_touches_what_a_browser_may_forbid() -> None:
    """Where site data is blocked, even naming `localStorage` throws, and the page stays white."""
    owner = ROOT / "app/web/src/browser/site-data.ts"
    elsewhere = {
        str(path.relative_to(ROOT)): touches
        for path in _files("app/web/src", "*.ts", "*.tsx")
        # A service worker runs only where the browser keeps it.
        if path != owner and ".test." not in path.name and path.parent.name != "service-worker"
        if (touches := _touches_of_site_data(path.read_text()))
    }
    assert elsewhere == {}
    assert len(_touches_of_site_data(owner.read_text())) > 5, "the rule sees them where they are"
