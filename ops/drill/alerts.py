"""Which alert fired when, as the monitor's Prometheus has it."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from ops.cluster import OperatorError
from ops.cluster.hosts import Inventory

_QUERY: Final = 'ALERTS{alertstate="firing"}'
_STEP_S: Final = 5
_NOTICING_S: Final = 5
"""So long after the end an alert may still come."""
_PLUMBING: Final = {
    *("__name__", "alertname", "alertstate", "severity"),
    *("state", "type", "fstype", "device"),
}


def fired(inventory: Inventory, began: datetime) -> list[dict[str, Any]] | None:
    """The alerts that fired from then to a moment from now; none where nobody watches. Raises
    `OperatorError` where the monitor does not answer."""
    monitor = next(iter(inventory.group("monitors")), None)
    if monitor is None:
        return None
    time.sleep(_NOTICING_S)
    ended = datetime.now(UTC)
    asked = {
        "query": _QUERY,
        "start": began.timestamp(),
        "end": ended.timestamp(),
        "step": _STEP_S,
    }
    answer = monitor.get(9090, f"/api/v1/query_range?{urlencode(asked)}")
    try:
        series = json.loads(answer)["data"]["result"]
    except (ValueError, KeyError):
        raise OperatorError(f"{monitor.name}: Prometheus does not answer") from None
    return times(series, began.timestamp(), ended.timestamp())


def times(series: list[dict[str, Any]], began: float, ended: float) -> list[dict[str, Any]]:
    """A row for each time that an alert fired. `untilS` is null for one that still does at the end,
    and `afterS` is 0 for one that did so before, which comes last."""
    rows = []
    for each in series:
        labels = {name: text for name, text in each["metric"].items() if name not in _PLUMBING}
        for first, last in _runs([float(at) for at, _ in each["values"]]):
            ends = last + _STEP_S
            rows.append(
                {
                    "alert": each["metric"]["alertname"],
                    "labels": labels,
                    "afterS": round(first - began),
                    "untilS": None if ends > ended else round(ends - began),
                }
            )
    return sorted(rows, key=lambda row: (not row["afterS"], row["afterS"], row["alert"]))


def _runs(moments: list[float]) -> Iterator[tuple[float, float]]:
    """First and last of each run of moments that are a step apart."""
    first = 0
    for number in range(1, len(moments) + 1):
        if number == len(moments) or moments[number] - moments[number - 1] > 1.5 * _STEP_S:
            yield moments[first], moments[number - 1]
            first = number


def said(alerts: list[dict[str, Any]] | None) -> str:
    """For people."""
    if alerts is None:
        return "nobody watches"
    return "; ".join(map(_line, alerts)) or "none"


def _line(row: dict[str, Any]) -> str:
    which = ", ".join(row["labels"].values())
    since = f"after {row['afterS']} s" if row["afterS"] else "before already"
    until = "to the end" if row["untilS"] is None else f"until {row['untilS']} s"
    return f"{row['alert']}{f' ({which})' if which else ''} {since}, {until}"
