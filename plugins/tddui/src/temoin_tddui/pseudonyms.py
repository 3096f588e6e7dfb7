"""What the store knows persons and resources by: keyed hashes, made with a key that never leaves the store's folder.

Business identifiers of TDDUI hold the FINESS and a local number, and the published examples put the NIR there; a plain
hash of them could be undone by trying every number. So every identifier, and every content, is hashed under the key.
"""

import hashlib
from typing import Final

_SIZE: Final = 16
_LENGTH: Final = 8


class Hasher:
    """Keyed BLAKE2b; each kind of thing has its own domain, so that equal texts of two kinds do not meet."""

    def __init__(self, cle: bytes) -> None:
        self._cle = cle

    def __call__(self, domaine: str, *parts: str) -> bytes:
        """16 bytes for these texts; each is framed by its length, so that no two sequences are one."""
        digest = hashlib.blake2b(key=self._cle, digest_size=_SIZE, person=domaine.encode("ascii")[:16])
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(_LENGTH, "big"))
            digest.update(data)
        return digest.digest()

    def octets(self, domaine: str, data: bytes) -> bytes:
        """16 bytes for raw bytes."""
        return hashlib.blake2b(data, key=self._cle, digest_size=_SIZE, person=domaine.encode("ascii")[:16]).digest()
