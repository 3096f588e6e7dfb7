"""Base64url without padding, one spelling per value (RFC 7515, section 2).

Common JOSE libraries accept padding, white space or altered trailing bits, which gives one signature several spellings.
"""

import base64
import binascii


def encode(octets: bytes) -> str:
    """The only spelling that `decode` accepts for these bytes."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes behind `text`; ValueError unless encoding them again gives this very text."""
    try:
        octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url") from error
    if encode(octets) != text:
        raise ValueError("not the canonical base64url spelling")
    return octets
