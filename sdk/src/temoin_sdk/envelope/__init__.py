"""Signed envelopes and the keys behind them: standard JWS that any JOSE library reads, checked more strictly here."""

from temoin_sdk.envelope.jws import (
    Header,
    Typ,
    Unverified,
    Verified,
    empreinte,
    parse_header,
    read_unverified,
    sign,
    verify,
)
from temoin_sdk.envelope.jwsfiles import read_jws_file
from temoin_sdk.envelope.keyfiles import (
    read_private_key,
    read_public_key,
    read_secret,
    write_private_key,
    write_public_key,
    write_secret,
)
from temoin_sdk.envelope.keys import PrivateKey, PublicKey

__all__ = [
    "Header",
    "PrivateKey",
    "PublicKey",
    "Typ",
    "Unverified",
    "Verified",
    "empreinte",
    "parse_header",
    "read_jws_file",
    "read_private_key",
    "read_public_key",
    "read_secret",
    "read_unverified",
    "sign",
    "verify",
    "write_private_key",
    "write_public_key",
    "write_secret",
]
