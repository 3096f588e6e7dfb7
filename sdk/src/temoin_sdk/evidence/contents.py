"""How the content of each evidence file is spelled, and read back: one spelling per content.

Readers raise ReportError `preuve_jours`, `preuve_details` or `preuve_correspondance` for anything else.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date

from temoin_sdk.evidence.leaves import (
    DETAIL_SIZE,
    LEAF_SIZE,
    Detail,
    FeuilleJour,
    check_jours,
    decode_detail,
    refuse,
)
from temoin_sdk.vocabulary import RelationJour

_JOURS_HEAD = "relation;jour;nombre\n"
_RELATIONS = {relation.name.lower(): relation for relation in RelationJour}


def spell_jours(jours: Iterable[FeuilleJour]) -> bytes:
    """CSV in ASCII with semicolons: a heading, then one line per day leaf."""
    lines = (f"{one.relation.name.lower()};{one.jour.isoformat()};{one.nombre}\n" for one in jours)
    return (_JOURS_HEAD + "".join(lines)).encode("ascii")


def parse_jours(octets: bytes) -> tuple[FeuilleJour, ...]:
    """The day leaves, ordered by relation and day, one for each."""
    lines = octets.decode("ascii", errors="replace").splitlines()
    jours = tuple(_parse_jour(number, line) for number, line in enumerate(lines[1:], 2))
    check_jours(jours)
    if spell_jours(jours) != octets:
        refuse("jours", "Le fichier des jours a un autre en-tête ou d'autres fins de ligne que ceux de Témoin.")
    return jours


def _parse_jour(number: int, line: str) -> FeuilleJour:
    try:
        relation, jour, nombre = line.split(";")
        return FeuilleJour(_RELATIONS[relation], date.fromisoformat(jour), int(nombre))
    except (ValueError, KeyError):
        refuse("jours", f"La ligne {number} du fichier des jours n'est pas de la forme relation;jour;nombre.")


def parse_details(octets: bytes) -> dict[bytes, Detail]:
    """Détails by their SHA-256, in the order of the file; two of one pseudonyme are one person counted twice."""
    records = [octets[start : start + DETAIL_SIZE] for start in range(0, len(octets), DETAIL_SIZE)]
    details = {hashlib.sha256(record).digest(): decode_detail(record) for record in records}
    if len({detail.pseudonyme for detail in details.values()}) != len(records):
        refuse("details", "Une même personne figure deux fois dans les détails.")
    return details


def spell_correspondance(squelette: bytes, espaces: Sequence[str], usagers: Sequence[str]) -> bytes:
    """Who stands behind each leaf of a squelette, in its order.

    JSON in ASCII: `squelette`, the SHA-256 of the one it goes with, in hexadecimal; `espaces`, each identifier space
    once; `rangs`, for each leaf the rank of its space; `usagers`, for each leaf the identifier. Columns, because a
    hash and a space said again for each leaf cost more than all the rest of it.
    """
    ranks = {espace: rank for rank, espace in enumerate(dict.fromkeys(espaces))}
    content = {
        "squelette": hashlib.sha256(squelette).hexdigest(),
        "espaces": list(ranks),
        "rangs": [ranks[espace] for espace in espaces],
        "usagers": usagers,
    }
    return json.dumps(content).encode("ascii")


def parse_correspondance(octets: bytes, squelette: bytes) -> list[tuple[str, str]]:
    """(espace, usager) of each leaf of this squelette, in its order. Refused when written for another one."""
    try:
        content = json.loads(octets)
        espaces, ranks, usagers = content["espaces"], content["rangs"], content["usagers"]
        who = [(str(espaces[rank]), str(usager)) for rank, usager in zip(ranks, usagers, strict=True)]
        committed = content["squelette"]
    except (ValueError, TypeError, LookupError):
        refuse("correspondance", "La correspondance entre feuilles et usagers n'est pas lisible.")
    if committed != hashlib.sha256(squelette).hexdigest() or len(who) != len(squelette) // LEAF_SIZE:
        refuse("correspondance", "Ce fichier ne correspond pas au squelette du même établissement.")
    return who
