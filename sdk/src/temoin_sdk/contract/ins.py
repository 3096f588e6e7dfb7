"""The one identifier space in which sources of different makers meet: that of the INS, the national health identity.

An INS names a person to anybody, so it is given and kept only as a hash, under a key derived from the site's own:
every source of a configuration makes the same hash, nobody else can, and no plugin needs to know another.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

ESPACE_INS: Final = "temoin.ins"
"""The space of what `CleIns` gives; a source says it as its own, or joins it to its own by `identites`."""

OID_INS: Final = frozenset({"1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9"})
"""Authorities of the INS: NIR and NIA. Those of test identities (…4.10, …4.11) are not in it: they name nobody."""

_DERIVATION: Final = b"temoin/cle-ins/1"
_PERSON: Final = b"temoin/ins/1"
_SIZE: Final = 16
_WHOLE: Final = re.compile(r"([0-9][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6})([0-9]{2})")
_CORSICA: Final = str.maketrans({"A": "0", "B": "0"})


@dataclass(frozen=True, slots=True)
class CleIns:
    """The key of a configuration, 32 bytes, and the hashes it makes.

    One that is `passagere` was drawn for one run, before the site had keys: whoever keeps hashes keeps none of it.
    """

    octets: bytes = field(repr=False)
    passagere: bool = False

    @classmethod
    def derivee(cls, cle_site: bytes) -> "CleIns":
        """That of a site: it changes with the site's key, and gives nothing of it away."""
        return cls(hmac.digest(cle_site, _DERIVATION, "sha256"))

    @classmethod
    def tiree(cls) -> "CleIns":
        """One for this run alone: sources that keep nothing meet all the same."""
        return cls(secrets.token_bytes(32), passagere=True)

    def __call__(self, matricule: str) -> str:
        """32 hexadecimal digits for an INS, the same with or without blanks and its two digits of control."""
        text = settle_matricule(matricule)
        return hashlib.blake2b(text.encode(), key=self.octets, digest_size=_SIZE, person=_PERSON).hexdigest()


def settle_matricule(matricule: str) -> str:
    """One spelling: no blank, upper case, and without the control digits when they are there and right.

    Wrong ones stay: a number that was mistyped must meet nobody, least of all the person it would be without them.
    """
    text = "".join(matricule.split()).upper()
    found = _WHOLE.fullmatch(text)
    return found[1] if found and _control(found[1]) == int(found[2]) else text


def _control(thirteen: str) -> int:
    """97 less the remainder by 97; Corsica's letters count as 0 after 1 000 000 or 2 000 000 were taken away."""
    less = {"A": 1_000_000, "B": 2_000_000}.get(thirteen[6], 0)
    return 97 - (int(thirteen.translate(_CORSICA)) - less) % 97
