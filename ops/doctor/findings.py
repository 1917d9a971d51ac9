"""What a check found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is wrong, the `evidence` as it was read, and the `fix`.

    A problem costs the promise of the cluster, now or at the next failure; a warning does not.
    """

    severity: Literal["problem", "warning"]
    what: str
    evidence: str
    fix: str


def problem(what: str, evidence: object, fix: str) -> Finding:
    """What must be mended."""
    return Finding("problem", what, str(evidence), fix)


def warning(what: str, evidence: object, fix: str) -> Finding:
    """What should be looked at."""
    return Finding("warning", what, str(evidence), fix)
