"""Files that the report fixes by a digest, or the squelette by its leaves: certificates, documents, what is sealed."""

from collections.abc import Iterator, Mapping
from typing import Final

from temoin_sdk.archive.contents import Contents
from temoin_sdk.archive.faults import Faute, fault_of
from temoin_sdk.archive.layout import (
    CERTIFICATS,
    PIECES,
    correspondance_path,
    details_path,
    squelette_path,
)
from temoin_sdk.archive.manifest import Ligne
from temoin_sdk.envelope import empreinte
from temoin_sdk.errors import TemoinError
from temoin_sdk.evidence import Detail, DrapeauFeuille, open_correspondance, open_details
from temoin_sdk.evidence.leaves import drapeaux_of, split_squelette
from temoin_sdk.evidence.pieces import MANIFESTE as LISTE
from temoin_sdk.report.models import Rapport
from temoin_sdk.windows import Fenetre

_LEFT: Final = "les documents dont des chiffres sont tirés (pieces/), qui peuvent nommer des personnes"


def check_certificats(contents: Contents, rapport: Rapport) -> Iterator[Faute]:
    """Each certificate that the report cites is there, and is the one it cites. Its signature is the ARS's affair."""
    for cited in sorted({source.certificat for source in rapport.sources if source.certificat is not None}):
        name = f"{CERTIFICATS}/{cited}.jws"
        if name not in contents.names():
            yield Faute(name, "le certificat que cite le rapport manque", "archive_manque")
        elif empreinte(contents.read(name)) != cited:
            yield Faute(name, "ce n'est pas le certificat que cite le rapport", "archive_certificat")


def check_pieces(contents: Contents, rapport: Rapport, retenus: list[str], *, exporte: bool) -> Iterator[Faute]:
    """The documents behind ready-made figures: the report fixes their list, and the list each of them."""
    for preuve in sorted({source.preuve for source in rapport.sources if source.preuve is not None}):
        folder = f"{PIECES}/{preuve}"
        if exporte and not any(name.startswith(f"{PIECES}/") for name in contents.names()):
            retenus.append(_LEFT)
            return
        yield from _check_list(contents, folder, preuve)


def _check_list(contents: Contents, folder: str, preuve: str) -> Iterator[Faute]:
    name = f"{folder}/{LISTE}"
    if name not in contents.names():
        yield Faute(name, "la liste des documents manque", "archive_manque")
        return
    octets = contents.read(name)
    if empreinte(octets) != preuve:
        yield Faute(name, "ce n'est pas la liste de documents que le rapport a figée", "archive_piece")
        return
    for line in sorted(octets.decode("ascii").splitlines()):
        digest, _, relative = line.partition("  ")
        path = f"{folder}/{relative}"
        if path not in contents.names():
            yield Faute(path, "ce document manque", "archive_manque")
        elif empreinte(contents.read(path)) != digest:
            yield Faute(path, "ce n'est plus le document que le rapport a figé", "archive_piece")


def check_sealed(
    contents: Contents, rapport: Rapport, manifest: Mapping[str, Ligne], cle_site: bytes
) -> tuple[list[Faute], int]:
    """Open what is sealed: exactly the leaves of the squelette, flags that follow from the détails; how many opened.

    One that is missing is a fault here only if the manifest does not know it: it tells the others, purged or lost.
    """
    faults: list[Faute] = []
    opened = 0
    for finess in [site.finess for site in rapport.etablissements]:
        paths = (details_path(finess), correspondance_path(finess))
        try:
            squelette = contents.read(squelette_path(finess))
            found = open_details(contents.read(paths[0]), squelette, finess, cle_site, paths[0])
            faults += _check_flags(finess, squelette, found, rapport.fenetre)
            open_correspondance(contents.read(paths[1]), squelette, finess, cle_site, paths[1])
            opened += 1
        except KeyError as error:
            missing = str(error.args[0])
            faults += [] if missing in manifest else [Faute(missing, "ce fichier manque", "archive_manque")]
        except TemoinError as error:
            faults.append(fault_of(error.ou or finess, error))
    return faults, opened


def _check_flags(finess: str, squelette: bytes, details: Mapping[bytes, Detail], fenetre: Fenetre) -> Iterator[Faute]:
    for rank, leaf in enumerate(split_squelette(squelette), 1):
        detail, flags = details[leaf[2:]], drapeaux_of(leaf)
        told = bool(flags & DrapeauFeuille.ELIGIBLE), bool(flags & DrapeauFeuille.ACTIF)
        late = [
            day for day in (detail.jour_maj, detail.jour_evenement, detail.jour_depot) if day and day >= fenetre.fin
        ]
        if told != (detail.motif is None, detail.jour_maj is not None) or late:
            yield Faute(
                details_path(finess),
                f"le détail de la feuille n° {rank} ne donne pas les drapeaux qu'elle porte",
                "archive_drapeaux",
            )
