"""The demo's company: made at the first run, found again at every later one."""

import asyncio
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from app.db import migrate
from app.db.ids import new_id
from app.db.scope import SYSTEM, Scope
from app.demo.samples import write_demo_folder
from app.domains.agents import credentials
from app.domains.identity.models import Branch, User
from app.domains.identity.passwords import hash_password, verify_password
from app.domains.identity.tenants import create_tenant
from app.feed.append import Appender
from app.runtime.parts import build
from app.settings import Settings

ADMIN_EMAIL = "admin@demo.example"
SAMPLES_PER_BRANCH = 24


@dataclass(frozen=True)
class DemoBranch:
    """A branch of the demo company."""

    code: str
    name: str
    city: str


BRANCHES = (
    DemoBranch("campinas", "Campinas", "Campinas"),
    DemoBranch("curitiba", "Curitiba", "Curitiba"),
)


@dataclass(frozen=True)
class DemoCompany:
    """What a person needs to use the demo; keyed by branch code."""

    admin_email: str
    password: str
    folders: dict[str, Path]
    configs: dict[str, Path]


def prepare(settings: Settings, server_url: str) -> DemoCompany:
    """Make what is missing: password, company, agents' configurations, sample documents."""
    data_dir = settings.data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    password = _password(settings, data_dir / "demo-password")
    company = DemoCompany(
        ADMIN_EMAIL,
        password,
        {branch.code: data_dir / "branches" / branch.code for branch in BRANCHES},
        {branch.code: data_dir / "agents" / f"{branch.code}.toml" for branch in BRANCHES},
    )
    tokens = asyncio.run(_fill_database(settings, company))
    for number, branch in enumerate(BRANCHES):
        folder = company.folders[branch.code]
        if not folder.exists():
            folder.mkdir(parents=True)
            today = datetime.now(UTC).date()
            write_demo_folder(folder, branch.name, SAMPLES_PER_BRANCH, number + 1, today=today)
        _write_config(company, branch, server_url, tokens.get(branch.code))
    return company


def _password(settings: Settings, path: Path) -> str:
    """The one that was given, else the one of the first run."""
    if settings.demo_password is not None:
        return settings.demo_password.get_secret_value()
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(9), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


async def _fill_database(settings: Settings, company: DemoCompany) -> dict[str, str]:
    """Make the company, or give the admin the password of this run. The new agents' tokens."""
    runtime = build(settings)
    database = runtime.database
    database.record_with(Appender("demo"))
    try:
        await migrate.upgrade(database)
        async with database.unit_of_work(SYSTEM) as unit:
            admin = await unit.session.scalar(select(User).where(User.email == ADMIN_EMAIL))
            if admin is None:
                _, admin = await create_tenant(
                    unit,
                    runtime,
                    "Demo Eventos Ltda.",
                    company.admin_email,
                    company.password,
                    admin_name="Demo Admin",
                )
            elif not await verify_password(settings, admin.password_hash, company.password):
                admin.password_hash = await hash_password(settings, company.password)
        tokens = {}
        async with database.unit_of_work(Scope(admin.tenant_id, "demo")) as unit:
            for branch in BRANCHES:
                branch_id = await unit.session.scalar(
                    select(Branch.id).where(Branch.code == branch.code)
                )
                if branch_id is None:
                    made = Branch(id=new_id(), name=branch.name, code=branch.code, city=branch.city)
                    unit.session.add(made)
                    await unit.session.flush()
                    branch_id = made.id
                if not company.configs[branch.code].exists():
                    agent = await credentials.create(
                        unit,
                        name=f"PC {branch.name}",
                        branch_id=branch_id,
                        now=runtime.clock.now(),
                    )
                    tokens[branch.code] = agent.token
        return tokens
    finally:
        await database.close()


def _write_config(
    company: DemoCompany, branch: DemoBranch, server_url: str, token: str | None
) -> None:
    """The agent's configuration; an old one only learns where the server is this time."""
    path = company.configs[branch.code]
    if token is None:
        lines = path.read_text(encoding="utf-8").splitlines()
        lines = [line for line in lines if not line.startswith("server ")]
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        # JSON strings are TOML basic strings.
        folder = json.dumps(str(company.folders[branch.code]), ensure_ascii=False)
        lines = [f"token = {json.dumps(token)}", f"folder = {folder}"]
    text = "\n".join([f"server = {json.dumps(server_url)}", *lines]) + "\n"
    path.write_text(text, encoding="utf-8")
