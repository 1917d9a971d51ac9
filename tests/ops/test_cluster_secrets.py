"""The secrets and certificates of a cluster: made once, kept, renewed where they must be."""

import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509

from ops.cluster import OperatorError, secrets
from ops.cluster.pki import Authority

PASSWORD = b"a password of the vault"


def test_secrets_stay_and_missing_ones_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = tmp_path / "vault.yml"
    script = tmp_path / "vault-password"
    script.write_bytes(PASSWORD)
    monkeypatch.setenv("SIBERIUS_VAULT_PASSWORD_FILE", str(script))

    with monkeypatch.context() as older:
        older.setattr(secrets, "NAMES", secrets.NAMES[1:])
        assert secrets.ensure(vault, PASSWORD)
    before = secrets.read(vault)
    assert secrets.ensure(vault, PASSWORD)
    after = secrets.read(vault)

    assert set(after) == set(secrets.NAMES)
    assert before.items() < after.items()
    assert len(set(after.values())) == len(after)
    assert not secrets.ensure(vault, PASSWORD)
    assert vault.stat().st_mode & 0o077 == 0
    assert after["redis"].encode() not in vault.read_bytes()


def test_a_missing_vault_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"there is no .*vault.yml: deploy first"):
        secrets.read(tmp_path / "vault.yml")


def test_a_certificate_is_made_anew_only_where_its_names_change(tmp_path: Path) -> None:
    authority = Authority(tmp_path, PASSWORD)
    assert authority.ensure("core-1", ["core-1", "10.0.0.1"])
    assert not Authority(tmp_path, PASSWORD).ensure("core-1", ["core-1", "10.0.0.1"])
    assert authority.ensure("core-1", ["core-1", "10.0.0.2"])

    made = x509.load_pem_x509_certificate((tmp_path / "core-1.crt").read_bytes())
    made.verify_directly_issued_by(
        x509.load_pem_x509_certificate((tmp_path / "ca.crt").read_bytes())
    )
    # What a server loads: the key fits the certificate.
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
        tmp_path / "core-1.crt", tmp_path / "core-1.key"
    )
    assert (tmp_path / "core-1.key").stat().st_mode & 0o077 == 0
    assert b"ENCRYPTED" in (tmp_path / "ca.key").read_bytes()


def test_a_strict_client_trusts_it(tmp_path: Path) -> None:
    Authority(tmp_path, b"secret").ensure("core-1", ["core-1", "127.0.0.1"])
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(tmp_path / "core-1.crt", tmp_path / "core-1.key")
    asking = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
    # The default from Python 3.13 on.
    asking.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = asking.wrap_bio(to_client, to_server, server_hostname="127.0.0.1")
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    client.do_handshake()
    assert client.getpeercert()
