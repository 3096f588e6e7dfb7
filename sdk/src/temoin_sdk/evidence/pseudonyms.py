"""Pseudonyms that only the installation can make, and that say nothing from one window to the next."""

import hashlib
import struct
from collections.abc import Iterable

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.hmac import HMAC

from temoin_sdk.windows import Fenetre

CLE_SIZE = 32
_HALF = 32
_LENGTH = struct.Struct(">I")
_FRAME = "temoin/pseudonyme/1"
_ENGAGEMENT = b"temoin/cle-pseudonyme/1"


class Pseudonymizer:
    """Pseudonyme and sel of each person of one establishment in one window.

    They are the two halves of HMAC-SHA-512 over the fields (`temoin/pseudonyme/1`, ej, finess, projet, debut, fin,
    espace, usager), each in UTF-8 after its length as big-endian u32, dates in ISO form (`fin` excluded from the
    window). Bound to the window, so that two reports cannot be linked person by person; bound to one key, so that one
    person cannot be shown under two pseudonyms.
    """

    def __init__(self, cle: bytes, *, ej: str, finess: str, projet: str, fenetre: Fenetre) -> None:
        _check_cle(cle)
        constant = (_FRAME, ej, finess, projet, fenetre.debut.isoformat(), fenetre.fin.isoformat())
        self._primed = HMAC(cle, SHA512())
        self._primed.update(b"".join(map(_field, constant)))
        # All but the last field is the same for thousands of persons: it is hashed once and copied.
        self._espaces: dict[str, HMAC] = {}

    def __call__(self, espace: str, usager: str) -> tuple[bytes, bytes]:
        """(pseudonyme, sel), 32 bytes each, of the person `usager` in the identifier space `espace`."""
        digest = self.digests(((espace, usager),))[0]
        return digest[:_HALF], digest[_HALF:]

    def digests(self, persons: Iterable[tuple[str, str]]) -> list[bytes]:
        """Pseudonyme and sel in one piece, 64 bytes, of each (espace, usager): in one loop for thousands of them."""
        espaces, length, found = self._espaces, _LENGTH.pack, []
        for espace, usager in persons:
            octets = usager.encode()
            person = (espaces.get(espace) or self._prime(espace)).copy()
            person.update(length(len(octets)) + octets)
            found.append(person.finalize())
        return found

    def _prime(self, espace: str) -> HMAC:
        primed = self._espaces[espace] = self._primed.copy()
        primed.update(_field(espace))
        return primed


def engagement_cle(cle: bytes) -> str:
    """What every report says of the pseudonym key: hex SHA-256 of `temoin/cle-pseudonyme/1` followed by the key.

    Constant along the chain of an installation's reports; it gives nothing of 32 random bytes away.
    """
    _check_cle(cle)
    return hashlib.sha256(_ENGAGEMENT + cle).hexdigest()


def _check_cle(cle: bytes) -> None:
    if len(cle) != CLE_SIZE:
        raise ValueError(f"the pseudonym key is exactly {CLE_SIZE} bytes")


def _field(text: str) -> bytes:
    octets = text.encode("utf-8")
    return _LENGTH.pack(len(octets)) + octets
