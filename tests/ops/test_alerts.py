"""Alerts fire for what they are meant for, say it in words, and lead to what to do."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "ops" / "grafana" / "alerts.yml"
CASES = sorted((ROOT / "tests" / "ops").glob("alerts*.yml"))
DASHBOARD = ROOT / "ops" / "grafana" / "dashboard.json"


def test_each_case_ends_as_it_says() -> None:
    _promtool("test", "rules", *map(str, CASES))


def test_each_alert_fires_in_one_case_and_not_in_another() -> None:
    cases = [case for file in CASES for case in _read(file)["tests"]]
    checks = [check for case in cases for check in case["alert_rule_test"]]
    fires = {check["alertname"] for check in checks if check.get("exp_alerts")}
    is_quiet = {check["alertname"] for check in checks if not check.get("exp_alerts")}
    names = {rule["alert"] for rule in _rules()}
    assert (fires, is_quiet) == (names, names)


def test_each_alert_has_a_section_of_the_runbooks() -> None:
    page = (ROOT / "docs" / "runbooks.md").read_text()
    sections = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    assert [section.split("\n")[0] for section in sections] == [rule["alert"] for rule in _rules()]
    for section in sections:
        for part in ("**Means**", "**Look**", "**Do**"):
            assert part in section, section.split("\n")[0]
    for rule in _rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["runbook"] == f"docs/runbooks.md#{rule['alert'].lower()}"


def test_the_dashboard_asks_what_prometheus_understands(tmp_path: Path) -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    asked = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    assert len(asked) > 10
    # promtool checks rules, and takes any expression as one.
    rules = [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(asked)]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    _promtool("check", "rules", str(file))


def _rules() -> list[dict[str, Any]]:
    return [rule for group in _read(ALERTS)["groups"] for rule in group["rules"]]


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text()))


def _promtool(*arguments: str) -> None:
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
