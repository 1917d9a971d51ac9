"""What schemathesis has to know of the demo: how to sign in, and which users it may not end."""

import os
import secrets
from functools import cache
from typing import Any

import httpx
import schemathesis

URL, EMAIL = os.environ["FUZZ_URL"], os.environ["FUZZ_EMAIL"]
PASSWORD = "correct horse battery"
ENDS_A_SESSION = {
    ("POST", "/api/auth/logout"),
    ("PATCH", "/api/me"),
    ("POST", "/api/me/second-factor/confirm"),
    ("DELETE", "/api/sessions/{session_id}"),
}
"""Each is asked by a user who was made for it."""


@cache
def _admin() -> httpx.Client:
    client = httpx.Client(base_url=URL, timeout=30)
    tokens = _tokens("admin@demo.example", os.environ["FUZZ_ADMIN_PASSWORD"])
    client.headers["Authorization"] = f"Bearer {tokens['accessToken']}"
    return client


@cache
def _protected() -> set[str]:
    """The users that the run itself needs."""
    rows = _admin().get("/api/users").json()["data"]
    return {row["id"] for row in rows if row["email"] in {EMAIL, "admin@demo.example"}}


def _tokens(email: str, password: str) -> dict[str, Any]:
    answer = httpx.post(
        f"{URL}/api/auth/login", json={"email": email, "password": password}, timeout=30
    )
    tokens: dict[str, Any] = answer.raise_for_status().json()
    return tokens


def _spare() -> str:
    """The access token of a new user with the same rights."""
    email = f"{secrets.token_hex(8)}@fuzz.example"
    role = EMAIL.partition("@")[0]
    body = {"email": email, "name": "spare", "password": PASSWORD, "role": role}
    _admin().post("/api/users", json=body).raise_for_status()
    token: str = _tokens(email, PASSWORD)["accessToken"]
    return token


@schemathesis.auth(refresh_interval=600)
class SignIn:
    """The user of the run; a route that ends sessions gets one of its own."""

    def get(self, case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> str:
        _protected()
        token: str = _tokens(EMAIL, PASSWORD)["accessToken"]
        return token

    def set(
        self, case: schemathesis.Case[Any], data: str, context: schemathesis.AuthContext
    ) -> None:
        operation = (case.method.upper(), case.operation.path)
        token = _spare() if operation in ENDS_A_SESSION else data
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]
) -> None:
    """Nobody takes the run's own users away, or asks them for a second factor they do not have."""
    if (case.path_parameters or {}).get("user_id") in _protected():
        case.path_parameters["user_id"] = "01890000-0000-7000-8000-000000000000"
    if isinstance(case.body, dict) and case.body.get("secondFactorRequired") is True:
        case.body["secondFactorRequired"] = False
