"""What a watcher is told and what it tells."""

from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["starting", "events", "polling"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look; seconds."""

    settle_s: float = 0.25
    """Between the two looks that have to agree."""
    incomplete_s: float = 30
    """A file without an end is taken as it is when it did not change for so long."""
    rescan_s: float = 900
    """Between two looks at everything while events are trusted."""
    poll_s: float = 3
    """Between two looks at everything while polling, at least."""
    poll_share: float = 0.1
    """Of the time that polling may take at most."""
    root_s: float = 1
    """Between two looks at the folder itself."""
    canary_s: float = 3600
    """Between two tests whether events arrive."""
    canary_wait_s: float = 2


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened, in wire paths. Files in `changed` and the new paths in `renamed` are
    complete and ready to be read; `renamed` holds `(old, new)`."""

    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.renamed)
