"""Certificates shaped as IGC-Santé's, made anew by each run, under invented names: nothing here stands for anybody.

A root and an authority of RSA 4096, organisations of RSA 2048, all signed with SHA-256, and the lists of the revoked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

INSTANT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
"""A day on which everything made here is good."""
POINTER = "http://crl.exemple.invalid/organisations.crl"
YEAR = timedelta(days=365)


@lru_cache(maxsize=32)
def rsa_key(bits: int, name: str) -> rsa.RSAPrivateKey:
    """One key per name for a whole run: long ones take a second."""
    return rsa.generate_private_key(65537, bits)


def named(common: str, *units: str) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Exemple fictif"),
        *(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    return x509.Name(attributes)


def usage(*names: str) -> x509.KeyUsage:
    known = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{one: one in names for one in known.split()})


@dataclass(frozen=True)
class Held:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Any
    above: tuple[x509.Certificate, ...] = ()

    @property
    def x5c(self) -> tuple[bytes, ...]:
        return tuple(one.public_bytes(serialization.Encoding.DER) for one in (self.certificate, *self.above))

    def pkcs12(self, passphrase: str | None) -> bytes:
        encryption = (
            serialization.NoEncryption()
            if passphrase is None
            else serialization.BestAvailableEncryption(passphrase.encode())
        )
        return serialize_key_and_certificates(b"cachet", self.key, self.certificate, list(self.above), encryption)

    def pem(self) -> bytes:
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + pem_of(self.certificate, *self.above)


def pem_of(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


@dataclass(frozen=True)
class Certified:
    """What one certificate says; every member can be made wrong."""

    units: Sequence[str] = ("1010000024",)
    common: str = "Cachet Les Horizons Fictifs"
    start: datetime = INSTANT - YEAR
    end: datetime = INSTANT + 2 * YEAR
    uses: x509.KeyUsage | None = field(default_factory=lambda: usage("digital_signature", "content_commitment"))
    extended: Sequence[x509.ObjectIdentifier] = ()
    pointer: str | None = POINTER
    authority: bool = False
    critical: x509.ExtensionType | None = None
    digest: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)


def issue(said: Certified, key: Any, issuer: Held) -> Held:
    """A certificate of `key` under `issuer`."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(said.common, *said.units))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(said.start)
        .not_valid_after(said.end)
        .add_extension(x509.BasicConstraints(ca=said.authority, path_length=None), critical=True)
    )
    if said.uses is not None:
        builder = builder.add_extension(said.uses, critical=True)
    if said.extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage(said.extended), critical=False)
    if said.pointer is not None:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(said.pointer)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if said.critical is not None:
        builder = builder.add_extension(said.critical, critical=True)
    certificate = builder.sign(issuer.key, said.digest)
    above = (issuer.certificate, *issuer.above) if issuer.above else (issuer.certificate,)
    return Held(certificate, key, tuple(one for one in above if one.subject != one.issuer))


def self_signed(common: str, key: Any) -> Held:
    name = named(common)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(INSTANT - 5 * YEAR)
        .not_valid_after(INSTANT + 10 * YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Held(certificate, key)


AUTHORITY = Certified(
    units=(),
    common="AC Fictive Organisations",
    end=INSTANT + 8 * YEAR,
    uses=usage("key_cert_sign", "crl_sign"),
    authority=True,
)


@dataclass(frozen=True)
class Trust:
    """A root, the authority under it that certifies organisations, and a stranger of the same names."""

    root: Held
    authority: Held

    def organisation(self, *units: str, **said: Any) -> Held:
        """The seal of an organisation; `said` makes it another one."""
        one = Certified(**({"units": units} if units else {}), **said)
        return issue(one, rsa_key(2048, "organisation"), self.authority)

    def crl(self, *revoked: Held, issuer: Held | None = None, **said: Any) -> bytes:
        """The list of `issuer` (the authority, by default) in DER."""
        return crl(issuer or self.authority, revoked, **said)


def crl(
    issuer: Held,
    revoked: Sequence[Held] = (),
    *,
    start: datetime = INSTANT - timedelta(hours=2),
    end: datetime | None = None,
    since: datetime = INSTANT - timedelta(days=3),
    extension: x509.ExtensionType | None = None,
    key: Any = None,
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(start)
        .next_update(end or start + timedelta(days=7))
        .add_extension(x509.CRLNumber(7), critical=False)
    )
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    for one in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(since).build()
        )
    return builder.sign(key or issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@lru_cache(maxsize=4)
def make_trust(name: str = "racine") -> Trust:
    """A whole hierarchy, once per run and name; two of them carry the same names and different keys."""
    root = self_signed("AC Racine Fictive", rsa_key(4096, name))
    return Trust(root, issue(AUTHORITY, rsa_key(4096, f"{name} organisations"), root))


def p256_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
