"""Signed envelopes and the keys behind them: standard JWS that any JOSE library reads, checked more strictly here."""

from temoin_sdk.envelope.jws import Header, Typ, Verified, empreinte, parse_header, sign, verify
from temoin_sdk.envelope.keyfiles import read_private_key, read_secret, write_private_key, write_secret
from temoin_sdk.envelope.keys import PrivateKey, PublicKey

__all__ = [
    "Header",
    "PrivateKey",
    "PublicKey",
    "Typ",
    "Verified",
    "empreinte",
    "parse_header",
    "read_private_key",
    "read_secret",
    "sign",
    "verify",
    "write_private_key",
    "write_secret",
]
