"""HAProxy's configuration: it is valid, and believes nobody."""

import asyncio
import json
import ssl
import subprocess
from pathlib import Path
from typing import Any

import jinja2
import pytest

from ops.cluster.pki import Authority
from ops.scripts.render import render
from tests.support.haproxy import HaproxyServer, program
from tests.support.server import free_port

TEMPLATE = "haproxy/haproxy.cfg.j2"
API = [
    {"name": "api-1", "address": "127.0.0.1:8001"},
    {"name": "api-2", "address": "localhost:8002"},
]
EMPTY = "Content-Length: 0\r\n\r\n"
NODES = [{"name": "pg-1", "address": "127.0.0.1:5432", "check_port": 8008}]


@pytest.mark.parametrize(
    "variables",
    [
        {"api": API[:1]},
        {"api": API, "dns": "127.0.0.11:53", "http_bind": "*:8080", "log": "/dev/log local0"},
        {"api": API[:1], "postgres": NODES, "postgres_leader_bind": "127.0.0.1:5999"},
    ],
)
def test_the_configuration_is_valid(variables: dict[str, Any], tmp_path: Path) -> None:
    config = tmp_path / "haproxy.cfg"
    config.write_text(render(TEMPLATE, variables))
    done = subprocess.run(
        [program(), "-c", "-f", config], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_with_a_certificate_plain_http_is_sent_away(tmp_path: Path) -> None:
    certificate = tmp_path / "site.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=test", "-keyout", certificate, "-out", tmp_path / "crt"),
        ],
        check=True,
        capture_output=True,
    )
    certificate.write_text((tmp_path / "crt").read_text() + certificate.read_text())
    config = tmp_path / "haproxy.cfg"
    config.write_text(render(TEMPLATE, {"api": API[:1], "certificate": str(certificate)}))
    done = subprocess.run(
        [program(), "-c", "-f", config], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "redirect scheme https" in config.read_text()


async def test_plain_http_is_sent_to_the_address_of_the_cluster_whatever_host_is_named(
    tmp_path: Path,
) -> None:
    variables = {
        "certificate": str(_certificate(tmp_path, "site")),
        "https_bind": f"127.0.0.1:{free_port()}",
        "public_url": "https://siberius.example.com",
    }
    with HaproxyServer([free_port()], **variables) as proxy:
        top, _ = await _ask(proxy.port, "GET /api/pdfs?q=a HTTP/1.1", "evil.example")
    assert top.startswith("HTTP/1.1 308")
    assert "location: https://siberius.example.com/api/pdfs?q=a" in top.lower()
    assert "evil.example" not in top


async def test_the_log_has_no_query_strings() -> None:
    replica = Replica()
    server = await asyncio.start_server(replica.serve, "127.0.0.1", replica.port)
    with HaproxyServer([replica.port]) as proxy:
        await _ask(proxy.port, "GET /api/pdfs?q=secret-name HTTP/1.1")
        await _ask(proxy.port, "GET /api/pdfs?q=secret-name\x01 HTTP/1.1")
        await _ask(proxy.port, "POST /api/pdfs?q=secret-name HTTP/1.1\r\nContent-Length: 9999999")
        log = proxy.log.read_text()
    assert "GET /api/pdfs " in log
    assert "secret-name" not in log
    server.close()


def test_a_missing_variable_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="api"):
        render(TEMPLATE, {})


class Replica:
    """Answers health checks, and remembers what else came; `script` says how to answer it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.requests: list[str] = []
        self.script: list[bytes | None] = []
        self.ready = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                if head.startswith("GET /health"):
                    status = "200 OK" if self.ready or "/ready" not in head else "503 No"
                    answer: bytes | None = (
                        f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
                    )
                else:
                    self.requests.append(head)
                    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                    answer = self.script.pop(0) if self.script else ok
                if answer is None:
                    return
                writer.write(answer)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


async def _ask(port: int, head: str, host: str = "siberius") -> tuple[str, str]:
    """The head and the body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [head, f"Host: {host}", "Connection: close", "", ""]
    writer.write("\r\n".join(lines).encode())
    answer = (await asyncio.wait_for(reader.read(), 20)).decode()
    writer.close()
    top, _, body = answer.partition("\r\n\r\n")
    return top, body


async def test_what_goes_through_is_named_and_what_callers_claim_is_not_believed() -> None:
    replica = Replica()
    server = await asyncio.start_server(replica.serve, "127.0.0.1", replica.port)
    with HaproxyServer([replica.port]) as proxy:
        claims = "X-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Request-Id: mine"
        top, _ = await _ask(proxy.port, f"GET /api/pdfs HTTP/1.1\r\n{claims}")
        seen = replica.requests[0].lower()
        assert "1.2.3.4" not in seen
        assert "x-forwarded-for: 127.0.0.1" in seen
        request_id = seen.split("x-request-id: ")[1].split("\r\n")[0]
        assert len(request_id) == 36
        assert f"x-request-id: {request_id}" in top.lower()
        assert "x-content-type-options: nosniff" in top.lower()

        for path in ("/metrics", "/%6detrics"):
            assert (await _ask(proxy.port, f"GET {path} HTTP/1.1"))[0].startswith("HTTP/1.1 404")
        large = "POST /api/pdfs HTTP/1.1\r\nContent-Length: 2000000"
        top, body = await _ask(proxy.port, large)
        assert top.startswith("HTTP/1.1 413")
        assert json.loads(body)["code"] == "too_large"
        assert len(replica.requests) == 1, "none of these reached the replica"
        assert proxy.ready_replicas() == {"api-1"}
    server.close()


@pytest.mark.parametrize(
    ("request_line", "times", "status"),
    [
        ("GET /api/pdfs HTTP/1.1", 2, "200"),
        ("POST /api/x HTTP/1.1\r\nContent-Length: 0\r\nIdempotency-Key: k", 2, "200"),
        ("POST /api/x HTTP/1.1\r\nContent-Length: 0", 1, "502"),
        ("PATCH /api/x HTTP/1.1\r\nContent-Length: 0", 1, "502"),
    ],
)
async def test_only_what_may_be_done_twice_is_sent_twice(
    request_line: str, times: int, status: str
) -> None:
    replica = Replica()
    replica.script = [None]  # takes the request, and hangs up
    server = await asyncio.start_server(replica.serve, "127.0.0.1", replica.port)
    with HaproxyServer([replica.port]) as proxy:
        top, _ = await _ask(proxy.port, request_line)
        assert top.startswith(f"HTTP/1.1 {status}")
        assert len(replica.requests) == times
    server.close()


async def test_while_no_replica_is_ready_requests_wait_in_those_that_live() -> None:
    replica = Replica()
    replica.ready = False
    server = await asyncio.start_server(replica.serve, "127.0.0.1", replica.port)
    with HaproxyServer([replica.port]) as proxy:
        async with asyncio.timeout(20):
            while proxy.ready_replicas():
                await asyncio.sleep(0.1)
        top, _ = await _ask(proxy.port, "GET /api/pdfs HTTP/1.1")
        assert top.startswith("HTTP/1.1 200")
    server.close()
    await server.wait_closed()


async def test_a_part_is_believed_only_where_it_shows_its_own_name(tmp_path: Path) -> None:
    certificate = _certificate(tmp_path, "pg-1")
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    part = Replica()
    server = await asyncio.start_server(part.serve, "127.0.0.1", part.port, ssl=serving)
    nodes = [
        {"name": name, "address": f"127.0.0.1:{part.port}", "check_port": part.port}
        for name in ("pg-1", "pg-2")
    ]
    binds = {f"postgres_{role}_bind": f"127.0.0.1:{free_port()}" for role in ("leader", "replica")}
    variables = {"postgres": nodes, "ca": str(tmp_path / "ca.crt"), **binds}
    with HaproxyServer([part.port], **variables) as proxy:
        async with asyncio.timeout(20):
            while part.requests == [] or "pg-2" in proxy.up("postgres_primary"):
                await asyncio.sleep(0.1)
        assert proxy.up("postgres_primary") == {"pg-1"}
    server.close()
    await server.wait_closed()


async def test_a_replica_is_there_for_others_over_tls_and_who_comes_in_vain_is_refused(
    tmp_path: Path,
) -> None:
    replica, port = Replica(), free_port()
    server = await asyncio.start_server(replica.serve, "127.0.0.1", replica.port)
    own = {
        "bind": f"127.0.0.1:{port}",
        "certificate": str(_certificate(tmp_path, "api-1")),
        "address": f"127.0.0.1:{replica.port}",
    }
    with HaproxyServer([port], ca=str(tmp_path / "ca.crt"), own_api=own) as proxy:
        top, body = await _ask(proxy.port, "GET /api/pdfs HTTP/1.1")
        assert (top[:12], body) == ("HTTP/1.1 200", "ok")
        assert (await _ask(port, "GET /api/pdfs HTTP/1.1"))[0] == ""
        assert len(replica.requests) == 1
        server.close()
        await server.wait_closed()
        async with asyncio.timeout(20):
            while proxy.up("own_api"):
                await asyncio.sleep(0.05)
        # Before a request could be sent, so that it may go elsewhere, whatever it is.
        trusted = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", port, ssl=trusted, server_hostname="api-1")


def _certificate(folder: Path, name: str) -> Path:
    """With its key, in one file; what it is believed by is `ca.crt` beside it."""
    Authority(folder, b"secret").ensure(name, [name])
    both = folder / "both.pem"
    both.write_text("".join((folder / f"{name}.{kind}").read_text() for kind in ("crt", "key")))
    return both
