"""How the content of each evidence file is spelled, and read back: one spelling per content.

Readers raise ReportError `preuve_jours`, `preuve_details` or `preuve_correspondance` for anything else.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from temoin_sdk.evidence.leaves import DETAIL_SIZE, Detail, FeuilleJour, check_jours, decode_detail, refuse
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


def spell_correspondance(rows: Iterable[tuple[bytes, str, str]]) -> bytes:
    """JSON array of [détail hash in hexadecimal, espace, usager]."""
    return json.dumps([(digest.hex(), espace, usager) for digest, espace, usager in rows]).encode("ascii")


def parse_correspondance(octets: bytes) -> dict[bytes, tuple[str, str]]:
    """(espace, usager) by détail hash, in the order of the file."""
    try:
        rows = json.loads(octets)
        return {bytes.fromhex(digest): (str(espace), str(usager)) for digest, espace, usager in rows}
    except (ValueError, TypeError):
        refuse("correspondance", "La correspondance entre feuilles et usagers n'est pas lisible.")
