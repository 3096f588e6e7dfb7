"""Signed envelopes and the keys behind them: standard JWS that any JOSE library reads, checked more strictly here."""

from temoin_sdk.envelope.carried import carried_key, certified_key
from temoin_sdk.envelope.header import Header, Typ
from temoin_sdk.envelope.jws import (
    SigningKey,
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
from temoin_sdk.envelope.otherkeys import EcPublicKey, Key, RsaPublicKey, key_from_jwk

__all__ = [
    "EcPublicKey",
    "Header",
    "Key",
    "PrivateKey",
    "PublicKey",
    "RsaPublicKey",
    "SigningKey",
    "Typ",
    "Unverified",
    "Verified",
    "carried_key",
    "certified_key",
    "empreinte",
    "key_from_jwk",
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
