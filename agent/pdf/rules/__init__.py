"""The rules: what documents call their fields, as data (`*.yaml`), and the engine that applies it.

A document is read in three steps: `sheet` makes one string of a page's cells and finds every
label in it; `values` finds dates and amounts; the readers pair them by where they stand.
"""

import hashlib
from importlib.resources import files


def _version() -> str:
    """The version written in the rules, and a hash of rules and engine.

    Any change of either makes agents read their files anew, so nobody has to remember to
    count the version up.
    """
    digest = hashlib.sha256()
    package = files(__name__)
    stated = ""
    for entry in sorted(package.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith((".yaml", ".py")):
            content = entry.read_bytes().replace(b"\r\n", b"\n")
            digest.update(content)
            for line in content.splitlines()[:5]:
                if entry.name.endswith(".yaml") and line.startswith(b"version:"):
                    stated = max(stated, line.partition(b":")[2].decode().strip(" \"'"))
    return f"{stated}-{digest.hexdigest()[:8]}"


RULES_VERSION: str = _version()
