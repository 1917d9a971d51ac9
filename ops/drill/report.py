"""The page of a drill: its verdict, its facts, and a picture of what clients noticed.

One file without scripts, which needs no other: it can be sent, and read in ten years.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

from ops.drill import alerts
from ops.drill.ledger import Ledger

_PAGE: Final = Template(Path(__file__).with_suffix(".html").read_text())
_FACTS: Final = {
    "acknowledgedLost": "acknowledged writes lost",
    "doubled": "writes doubled",
    "missedChanges": "changes missed, by socket",
    "uploadsLost": "of the writes lost, uploads",
    "longestWriteGapS": "longest gap between writes, s",
    "failedRequests": "requests failed",
    "problems": "what they were told",
    "retriedRequests": "requests sent again",
    "retriedBecause": "why",
    "fullRedundancyAfterS": "full redundancy after, s",
    "acknowledged": "writes acknowledged",
    "uploads": "uploads acknowledged",
    "longestUploadGapS": "longest gap between uploads, s",
    "readBackFrom": "read back from",
    "started": "started",
    "healed": "healed",
}
_OF_BRANCH: Final = {
    "name": "branch",
    "shownOfflineAfterS": "its documents shown as offline after the fault, s",
    "offlineAfterS": "its agent offline after the fault, s",
    "backAfterS": "its agent online after the healing, s",
    "listedAfterS": "what was added meanwhile listed after the healing, s",
    "servedAfterS": "what was opened meanwhile here after the healing, s",
}
_Place = Callable[[float], float]
_BIN_S: Final = 0.1
_LEFT, _WIDTH = 80, 860
_TOP, _BASE = 64, 204
_LANES: Final = {
    "upload": (_BASE + 32, "uploads"),
    "again": (_BASE + 50, "sent again"),
    "failed": (_BASE + 68, "failed"),
}
_STEPS_S: Final = (1, 2, 5, 10, 20, 30, 60, 120, 300)
_MOST_TICKS: Final = 12


def page(journal: dict[str, Any], what: str, ledger: Ledger, marks: dict[str, float]) -> str:
    """The page of a journal. `marks` are moments by name (`time.monotonic()`), the fault's
    first."""
    told = [(name, _said(journal[key])) for key, name in _FACTS.items()]
    told.append(("alerts, since the fault", alerts.said(journal["alerts"])))
    if branch := journal.get("branch"):
        told += [(name, _said(branch[key])) for key, name in _OF_BRANCH.items()]
    facts = "\n".join(
        f'<tr><th scope="row">{name}</th><td>{escape(text)}</td></tr>' for name, text in told
    )
    return _PAGE.substitute(
        fault=escape(journal["fault"]),
        verdict="met" if journal["met"] else "missed",
        what=escape(what[:1].upper() + what[1:]),
        goal=escape(journal["goal"]),
        timeline=timeline(ledger, marks),
        facts=facts,
    )


def timeline(ledger: Ledger, marks: dict[str, float]) -> str:
    """Acknowledged writes per 100 ms, the longest gap, the marks and what went wrong, as SVG."""
    began, ended = ledger.longest_gap()
    moments = sorted(ledger.acknowledged.values())
    zero = next(iter(marks.values()))
    first, last = min(moments[0], zero), max(moments[-1], *marks.values())
    scale = _WIDTH / max(last - first, 1)

    def x(moment: float) -> float:
        return round(_LEFT + (moment - first) * scale, 2)

    bins = Counter(int((moment - first) / _BIN_S) for moment in moments)
    most = max(bins.values())
    unit, width = (_BASE - _TOP) / most, round(_BIN_S * scale, 2)
    bars = "".join(
        f"M{x(first + number * _BIN_S)} {_BASE}v{-count * unit:.1f}h{width}V{_BASE}z"
        for number, count in sorted(bins.items())
    )
    gap_s = ended - began
    summary = f"{len(moments)} writes in {last - first:.0f} s, longest gap {gap_s:.1f} s"
    parts = [
        f'<svg viewBox="0 0 {_LEFT + _WIDTH + 20} {_BASE + 82}" role="img" aria-label="{summary}">',
        f'<rect class="gap" x="{x(began)}" y="{_TOP}" width="{gap_s * scale:.2f}" '
        f'height="{_BASE - _TOP}"><title>no write for {gap_s:.1f} s</title></rect>',
        f'<path class="writes" d="{bars}"/>',
        f'<text class="quiet" x="0" y="{_TOP + 10}">{most} writes</text>',
        f'<text class="quiet" x="0" y="{_TOP + 26}">in 100 ms</text>',
        *_axis(zero, first, last, x),
    ]
    named = sorted((marks | {"writes again": ended}).items(), key=lambda mark: mark[1])
    for row, (name, moment) in enumerate(named):
        y, side = 12 + 14 * row, "end" if x(moment) > _LEFT + _WIDTH / 2 else "start"
        parts += [
            f'<path class="mark" d="M{x(moment)} {y}V{_BASE}"/>',
            f'<text x="{x(moment) + (-5 if side == "end" else 5)}" y="{y + 4}" '
            f'text-anchor="{side}">{escape(name)} {moment - zero:+.1f} s</text>',
        ]
    parts += _lane("upload", ledger.documents.values(), x)
    parts += _lane("again", (problem.at for problem in ledger.retried), x)
    parts += _lane("failed", (problem.at for problem in ledger.failed.values()), x)
    return "\n".join([*parts, "</svg>"])


def _axis(zero: float, first: float, last: float, x: _Place) -> Iterable[str]:
    yield f'<path class="axis" d="M{_LEFT} {_BASE}h{_WIDTH}"/>'
    fitting = (step for step in _STEPS_S if (last - first) / step <= _MOST_TICKS)
    step = next(fitting, _STEPS_S[-1])
    for number in range(int((first - zero) // step) + 1, int((last - zero) // step) + 1):
        at, said = x(zero + number * step), number * step
        yield f'<text class="quiet" x="{at}" y="{_BASE + 16}" text-anchor="middle">{said}</text>'


def _lane(kind: str, moments: Iterable[float], x: _Place) -> Iterable[str]:
    y, name = _LANES[kind]
    ticks = "".join(f"M{x(moment)} {y - 9}v10" for moment in moments)
    yield f'<text class="quiet" x="0" y="{y}">{name}</text>'
    yield f'<path class="{kind}" d="{ticks}"/>'


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{number} × {text}" for text, number in value.items()) or "none"
    if value is None:
        return "never"
    return str(value)
