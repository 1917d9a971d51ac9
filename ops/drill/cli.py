"""`siberius drill FAULT`: break a part while clients write, heal it, compare the books.

The result is a line per fact, `build/drills/<fault>.json` with a page beside it, and the exit
code: 0 where the goal was met.
"""

import argparse
from typing import Any, Final

from ops.cluster import OperatorError
from ops.cluster.hosts import Inventory
from ops.drill import alerts
from ops.drill.faults import FAULTS, NotHereError
from ops.drill.rehearsal import FOLDER, rehearse

_ALL: Final = "every drill, one after another; the last one loses writes on purpose"
_COLUMNS: Final = (
    *("drill", "goal", "lost", "doubled", "missed"),
    *("gap", "failed", "again", "uploads", "whole"),
)
_LINE: Final = "{:17} {:>6} {:>5} {:>7} {:>7} {:>6} {:>7} {:>6} {:>8} {:>8}"


def run(options: argparse.Namespace) -> None:
    """Rehearse `options.fault`, or all. Raises `OperatorError`, also where a goal was missed."""
    inventory = Inventory(options.inventory)
    names = list(FAULTS) if options.fault == "all" else [options.fault]
    if names[0] not in FAULTS:
        raise OperatorError(f"there is no drill {names[0]}; there are: {', '.join(FAULTS)}")
    what = _ALL if len(names) > 1 else FAULTS[names[0]].what
    question = f"{what}, on {inventory.url}. Go on? [y/N] "
    if not options.yes and input(question).strip().lower() != "y":
        raise OperatorError("nothing was done")
    journals: list[dict[str, Any]] = []
    try:
        for name in names:
            try:
                journals.append(rehearse(inventory, name, FAULTS[name]))
            except NotHereError as reason:
                if len(names) == 1:
                    raise
                print(f"» not here: {reason}")
                continue
            _show(journals[-1])
    except KeyboardInterrupt:
        raise OperatorError("stopped; what was broken is healed: siberius status") from None
    finally:
        print(table(journals))
    if missed := [journal["fault"] for journal in journals if not journal["met"]]:
        raise OperatorError(f"the goal was not met: {', '.join(missed)}")


def _show(journal: dict[str, Any]) -> None:
    for name, value in (journal | {"alerts": alerts.said(journal["alerts"])}).items():
        print(f"  {name:22} {value}")
    print(f"  {'page':22} {FOLDER / journal['fault']}.html")


def table(journals: list[dict[str, Any]]) -> str:
    """A line for each drill; times are in seconds."""
    lines = [_LINE.format(*_COLUMNS)]
    for row in journals:
        counts = (row["acknowledgedLost"], row["doubled"], sum(row["missedChanges"]))
        noticed = (row["longestWriteGapS"], row["failedRequests"], row["retriedRequests"])
        met, whole = "met" if row["met"] else "MISSED", row["fullRedundancyAfterS"]
        lines.append(_LINE.format(row["fault"], met, *counts, *noticed, row["uploads"], whole))
    return "\n".join(lines)
