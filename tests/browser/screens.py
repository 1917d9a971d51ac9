"""Every screen of the dashboard, after its own list of routes, and how each is recognised."""

import re
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "app" / "web" / "src"

AWAY = '[data-testid="away"]'
EMPTY = '[data-testid="empty"]'
NO_ANSWER = 'text="The server does not answer. Trying again…"'


@dataclass(frozen=True, slots=True)
class Screen:
    """`path` may name the `{pdf}` or the `{agent}` that is looked at; the others are selectors."""

    path: str
    shows: str
    """What is there once everything it asked for is."""
    asks: str | None = None
    """The address, as Playwright's glob, without whose answer there is nothing to show."""
    fails: str = AWAY
    """What is there where that address answers with an error."""
    offline: str = AWAY
    """What is there without a network, in a browser that has been here before."""
    empty: str | None = None
    """What is there in a company that has nothing; None where there is always something."""


def _fed(path: str, shows: str, collection: str, empty: str) -> Screen:
    """A screen of rows that come by the feed: they are here without a network as well."""
    asks = f"**/api/{collection}?*"
    return Screen(path, shows, asks, fails=NO_ANSWER, offline=shows, empty=empty)


def _asked(path: str, shows: str, asks: str) -> Screen:
    """A screen of what is asked for when it is opened."""
    return Screen(path, shows, f"**/api/{asks}")


def _row(name: str) -> str:
    return f'[data-testid="{name}"]'


SCREENS = {
    "/": _fed("/", ".overview-item", "pdfs", _row("attention-none")),
    "/documents": _fed("/documents", _row("documents-row"), "pdfs", EMPTY),
    "/documents/:id": Screen(
        "/documents/{pdf}",
        _row("field-total"),
        "**/api/pdfs/*",
        offline=_row("field-total"),
    ),
    "/transfers": _fed("/transfers", _row("transfer"), "transfers", EMPTY),
    "/quarantine": _fed("/quarantine", _row("quarantine-row"), "pdfs", EMPTY),
    "/agents": _fed("/agents", _row("agent-row"), "agents", EMPTY),
    "/agents/:id": _fed("/agents/{agent}", _row("agent-row"), "agents", EMPTY),
    "/admin/branches": _fed("/admin/branches", _row("branch-row"), "branches", EMPTY),
    "/admin/users": _asked("/admin/users", _row("user-row"), "users*"),
    "/admin/sessions": _asked("/admin/sessions", _row("session-row"), "sessions*"),
    "/admin/audit": _asked("/admin/audit", _row("audit-row"), "audit*"),
    "/admin/settings": _asked("/admin/settings", _row("settings-submit"), "admin/settings*"),
    "/profile": Screen("/profile", _row("account-submit"), offline=_row("account-submit")),
}


def addresses() -> set[str]:
    """The screens that the dashboard has, each of a route's forms for itself."""
    routes = re.findall(r"^  '(/[^']*)': screen\(", _source("ui/screens.tsx"), re.MULTILINE)
    found: set[str] = set()
    for route in routes:
        base, _, optional = route.removesuffix("?").rpartition("/:")
        if route == "/admin/:section?":
            found |= {f"/admin/{section}" for section in _sections()}
        elif route.endswith("?"):
            found |= {base, f"{base}/:{optional}"}
        else:
            found.add(route)
    return found


def _sections() -> list[str]:
    listed = re.search(r"const SECTIONS = \{(.*?)\}", _source("views/admin/admin.tsx"), re.DOTALL)
    assert listed is not None
    return re.findall(r"^  (\w+)[:,]", listed[1], re.MULTILINE)


def english_only() -> set[str]:
    """The English texts that the Portuguese dashboard has no use for."""
    english, portuguese = _texts("en"), _texts("pt-BR")
    assert len(english) > 300
    return english - portuguese


def _texts(language: str) -> set[str]:
    sources = "\n".join(path.read_text() for path in (SOURCES / "i18n" / language).glob("*.ts"))
    quoted = re.findall(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"", sources)
    return {one or other for one, other in quoted}


def _source(path: str) -> str:
    return (SOURCES / path).read_text()
