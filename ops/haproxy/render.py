"""Render the HAProxy configuration: `render.py VARIABLES.yaml > haproxy.cfg` (JSON is YAML too).

The template says which variables there are.
"""

import sys
from pathlib import Path
from typing import Any

import jinja2
import yaml

TEMPLATE = Path(__file__).with_name("haproxy.cfg.j2")


def render(variables: dict[str, Any]) -> str:
    """The configuration. Raises `jinja2.UndefinedError` where a required variable is missing."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it is no HTML
    )
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(variables)


if __name__ == "__main__":
    (path,) = sys.argv[1:]
    sys.stdout.write(render(yaml.safe_load(Path(path).read_text(encoding="utf-8"))))
