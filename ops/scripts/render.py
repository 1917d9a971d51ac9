"""Fill one of the templates in `ops/`: the same for compose, Ansible and the tests.

    render.py TEMPLATE VALUES.json > FILE

A name that the template uses and the values lack is an error, never an empty word.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

OPS = Path(__file__).resolve().parents[1]


def render(template: str, values: Mapping[str, Any]) -> str:
    """The text of `template`, a path below `ops/`. Raises `jinja2.UndefinedError`."""
    environment = Environment(  # noqa: S701 - configuration files, not HTML
        loader=FileSystemLoader(OPS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(values)


def main() -> None:
    _, template, values = sys.argv
    sys.stdout.write(render(template, json.loads(Path(values).read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
