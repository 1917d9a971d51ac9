"""The cluster's own certificate authority, and a certificate for each machine.

Keys are P-256. A certificate names the machine, its address and what else it answers to, and is
good for servers and clients alike, since every part of the cluster is both. Each says whose key it
is by and for, as RFC 5280 asks: Python from 3.13 on trusts no other.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CA_DAYS: Final = 3650
_HOST_DAYS: Final = 397
RENEW_DAYS: Final = 60
"""A certificate is made anew when it has fewer days left."""
_SIGNS_ONLY: Final = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """The authority in `folder`; its key is encrypted with `password`. Made where it is missing."""

    def __init__(self, folder: Path, password: bytes) -> None:
        self._folder = folder
        self._certificate_file = folder / "ca.crt"
        key_file = folder / "ca.key"
        if key_file.exists():
            key = serialization.load_pem_private_key(key_file.read_bytes(), password)
            assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - we made it
            self._key = key
            self._certificate = x509.load_pem_x509_certificate(self._certificate_file.read_bytes())
        else:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._certificate = self._self_signed()
            _write_key(key_file, self._key, password)
            self._certificate_file.write_bytes(_pem(self._certificate))

    def ensure(self, name: str, answers_to: Sequence[str]) -> bool:
        """A certificate `name.crt` and its key for these names and addresses; true where it
        was made now: because it is missing, names others or ends soon."""
        certificate_file = self._folder / f"{name}.crt"
        key_file = self._folder / f"{name}.key"
        wanted = [_general_name(text) for text in answers_to]
        if certificate_file.exists() and key_file.exists():
            present = x509.load_pem_x509_certificate(certificate_file.read_bytes())
            names = present.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            if list(names) == wanted and present.not_valid_after_utc > _in_days(RENEW_DAYS):
                return False
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(name, _HOST_DAYS, self._certificate.subject, key)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
                ),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        _write_key(key_file, key, None)
        certificate_file.write_bytes(_pem(certificate))
        return True

    def _self_signed(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Siberius cluster")])
        return (
            _builder("Siberius cluster", _CA_DAYS, name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNS_ONLY, critical=True)
            .sign(self._key, hashes.SHA256())
        )


def _builder(
    name: str, days: int, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # An hour back: clocks differ.
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(_in_days(days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey, password: bytes | None) -> None:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password)
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    )
