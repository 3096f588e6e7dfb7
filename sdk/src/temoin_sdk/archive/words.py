"""An archive in French: what was checked in it, what is wrong with it, what that proves and what not."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from temoin_sdk.archive.checking import Bilan
from temoin_sdk.archive.recounting import Recompte, SiteRecompte, VerdictComptes
from temoin_sdk.errors import Acteur, ReportError
from temoin_sdk.report.bounded import read_instant
from temoin_sdk.windows import jour_en_lettres
from temoin_sdk.wording import DOSSIERS_PROUVENT, RACINE_PROUVE, SIGNATURE_PROUVE, SQUELETTE_PROUVE

VERDICTS: Final[Mapping[VerdictComptes, str]] = MappingProxyType(
    {
        VerdictComptes.CONFORMES: "comptes conformes aux feuilles",
        VerdictComptes.DIFFERENTS: "comptes différents des feuilles",
        VerdictComptes.SANS_FEUILLES: "aucun compte ne découle de feuilles",
    }
)
"""What recounting came to, in the words of every page and command."""

PROUVE: Final = (SIGNATURE_PROUVE, RACINE_PROUVE, SQUELETTE_PROUVE, DOSSIERS_PROUVENT)
"""What an archive proves, and what it does not."""

_SANS_CLE: Final = "sa SIGNATURE N'EST PAS VÉRIFIÉE, faute de clé"


def say_bilan(bilan: Bilan) -> Iterator[str]:
    """What was checked and held, one line each; to be said only of an archive without fault."""
    yield f"le manifeste : {_many(bilan.fichiers, 'fichier')}, chacun tel qu'il y est inscrit"
    if bilan.rapport is not None:
        yield f"le rapport : {_signed(bilan.rapport.header.kid, bilan.rapport.verifie)}"
    if bilan.recu is None:
        yield "l'accusé de réception : il n'y en a pas, rien ici ne dit que ce rapport a été reçu"
    else:
        moment = read_instant(bilan.recu.contenu.recu_le)
        when = f"{jour_en_lettres(moment.date())} à {moment:%H h %M} (UTC)"
        number, signed = bilan.recu.contenu.reception, _signed(bilan.recu.header.kid, bilan.recu.verifie)
        yield f"l'accusé de réception n° {number}, du {when}, est celui de ce rapport ; {signed}"
    if bilan.campagne is not None:
        yield f"la campagne {bilan.campagne.campagne.code} : c'est le fichier que cite le rapport"
    if bilan.recompte is not None:
        yield from say_recompte(bilan.recompte)
    if bilan.scelles:
        yield (
            f"les fichiers chiffrés de {_many(bilan.scelles, 'établissement')} : ils s'ouvrent, vont avec les "
            "feuilles, et les détails donnent les drapeaux"
        )
    if bilan.purges:
        yield f"{_many(bilan.purges, 'fichier', 'purgé')} à la fin de la conservation, comme le manifeste le dit"


def say_recompte(recompte: Recompte) -> Iterator[str]:
    """How many counts follow from the leaves, and how many cannot be recounted."""
    said = {
        VerdictComptes.CONFORMES: f"{_many(recompte.egaux, 'compte')} et toutes les racines recalculés à partir des "
        "feuilles : tous égaux au rapport",
        VerdictComptes.DIFFERENTS: f"{_many(len(recompte.differences), 'différence')} entre le rapport et les feuilles",
        VerdictComptes.SANS_FEUILLES: "rien à recalculer : aucun compte de ce rapport ne découle de feuilles",
    }
    yield f"les comptes : {said[recompte.verdict]} ({recompte.verdict})"
    left = sum(len(site.sans_feuille) for site in recompte.sites)
    if left:
        given = "donné tout fait" if left == 1 else "donnés tout faits"
        yield f"{_many(left, 'compte', 'déclaré')} ou {given}, qu'aucune feuille ne permet de recalculer"


def refuse_archive(bilan: Bilan, ou: str) -> ReportError:
    """The error that names every fault of an archive."""
    lines = "\n".join(f"  - {fault.phrase()}" for fault in bilan.fautes)
    return ReportError(
        f"Cette archive de preuves ne peut pas être crue ({_many(len(bilan.fautes), 'écart')}) :\n{lines}",
        ou=ou,
        code="archive_alteree",
        acteur=Acteur.GESTIONNAIRE,
        remede="Ne rien réparer à la main : restaurer ce dossier ou ce fichier depuis une sauvegarde, garder celui-ci.",
    )


def _signed(kid: str, verifie: bool) -> str:
    return f"signé par la clé {kid}, inchangé depuis" if verifie else _SANS_CLE


def say_equal(site: SiteRecompte) -> str:
    """« 9 comptes égaux au rapport », and how many there were nothing to compare with."""
    left = f", {_many(len(site.sans_feuille), 'compte')} sans feuille" if site.sans_feuille else ""
    equal = "égaux" if site.egaux > 1 else "égal"
    return f"{_many(site.egaux, 'compte')} {equal} au rapport{left}"


def _many(number: int, *words: str) -> str:
    return " ".join([str(number), *(f"{word}{'s' if number > 1 else ''}" for word in words)])
