"""An archive checked, on site or exported: every file against the manifest, every figure against the signed report.

Everything is looked at and every fault is told; nothing stops at the first one. What no key at hand can verify is said
to be unverified, never passed over.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from temoin_sdk.archive.bound import check_certificats, check_pieces, check_sealed
from temoin_sdk.archive.contents import Contents
from temoin_sdk.archive.faults import Faute, fault_of
from temoin_sdk.archive.layout import (
    CAMPAGNE,
    MANIFESTE,
    RAPPORT,
    RECU,
    jours_path,
    squelette_path,
)
from temoin_sdk.archive.manifest import EtatFichier, Ligne, parse_manifest
from temoin_sdk.archive.recounting import Recompte, recount_report
from temoin_sdk.campaigns import LoadedCampaign, read_campaign
from temoin_sdk.envelope import Key, empreinte
from temoin_sdk.errors import ReportError, StorageError, TemoinError
from temoin_sdk.evidence import FeuilleJour
from temoin_sdk.evidence.contents import parse_jours
from temoin_sdk.evidence.leaves import split_squelette
from temoin_sdk.report.models import ModeleSigne, Rapport
from temoin_sdk.report.opening import Opened, find_receipt_fault, open_signed, open_unverified
from temoin_sdk.report.receipt import Recu

Modele = TypeVar("Modele", bound=ModeleSigne)
Lu = TypeVar("Lu")


@dataclass(frozen=True, slots=True)
class Cles:
    """The keys at hand: who signed the report, who signed the receipt, and on site the key of what is sealed."""

    rapport: Key | None = None
    recu: Key | None = None
    site: bytes | None = field(default=None, repr=False)


@dataclass(slots=True)
class Bilan:
    """What was found. `recompte` is None when report or campaign could not be read: nothing was recounted then."""

    fichiers: int = 0
    rapport: Opened[Rapport] | None = None
    recu: Opened[Recu] | None = None
    campagne: LoadedCampaign | None = None
    recompte: Recompte | None = None
    scelles: int = 0
    """How many establishments had their sealed files opened and compared with the squelette."""
    purges: int = 0
    """How many files the manifest says were purged."""
    fautes: list[Faute] = field(default_factory=list)
    retenus: list[str] = field(default_factory=list)
    """What stayed on site, in French: not a fault of an exported archive."""

    @property
    def verifie(self) -> bool:
        """Every signature that is there was verified with a key."""
        signed = [self.rapport, *([self.recu] if self.recu else [])]
        return all(one is not None and one.verifie for one in signed)


def check_archive(contents: Contents, cles: Cles, *, exporte: bool) -> Bilan:
    """Everything that can be said of an archive. `exporte` files may lack what stays on site.

    Raises StorageError for a disk that cannot be read.
    """
    bilan = Bilan()
    manifest = _check_manifest(contents, bilan)
    bilan.rapport = _attempt(bilan, RAPPORT, lambda: _open(contents, RAPPORT, cles.rapport, Rapport))
    if RECU in contents.names():
        bilan.recu = _attempt(bilan, RECU, lambda: _open(contents, RECU, cles.recu, Recu))
    if bilan.rapport is None:
        return bilan
    rapport = bilan.rapport.contenu
    _check_receipt(bilan)
    bilan.campagne = _attempt(bilan, CAMPAGNE, lambda: _read_campaign(contents, rapport))
    if bilan.campagne is not None:
        bilan.recompte = _recount(contents, rapport, bilan.campagne)
        bilan.fautes += [Faute(each.finess, each.phrase(), "archive_recompte") for each in bilan.recompte.differences]
    bilan.fautes += check_certificats(contents, rapport)
    bilan.fautes += check_pieces(contents, rapport, bilan.retenus, exporte=exporte)
    if cles.site is not None:
        faults, bilan.scelles = check_sealed(contents, rapport, manifest, cles.site)
        bilan.fautes += faults
    return bilan


def read_leaves(contents: Contents, finess: str) -> tuple[bytes, Sequence[FeuilleJour]]:
    """Squelette and day leaves of an establishment. KeyError says which is missing; ReportError, StorageError."""
    squelette = contents.read(squelette_path(finess))
    split_squelette(squelette)
    return squelette, read_days(contents, finess)


def read_days(contents: Contents, finess: str) -> Sequence[FeuilleJour]:
    """Day leaves of an establishment or of the organisme. KeyError, ReportError, StorageError."""
    return parse_jours(contents.read(jours_path(finess)))


def _check_manifest(contents: Contents, bilan: Bilan) -> dict[str, Ligne]:
    manifest = _attempt(bilan, MANIFESTE, lambda: parse_manifest(contents.read(MANIFESTE)))
    if manifest is None:
        return {}
    there = contents.names()
    bilan.fichiers = sum(ligne.etat is EtatFichier.PRESENT for ligne in manifest.values())
    bilan.purges = len(manifest) - bilan.fichiers
    for name in sorted({*manifest, *there} - {MANIFESTE}):
        bilan.fautes += _compare(name, manifest.get(name), contents, there=name in there)
    return manifest


def _compare(name: str, ligne: Ligne | None, contents: Contents, *, there: bool) -> Iterator[Faute]:
    if ligne is None:
        yield Faute(name, "ce fichier n'est pas au manifeste : il a été ajouté après coup", "archive_ajout")
    elif ligne.etat is EtatFichier.PURGE:
        if there:
            yield Faute(
                name, "le manifeste le dit purgé, et il est là : relancer « temoin evidence purge »", "archive_purge"
            )
    elif not there:
        yield Faute(name, "ce fichier manque", "archive_manque")
    else:
        try:
            found = Ligne.of(name, contents.read(name))
        except ReportError as error:
            yield fault_of(name, error)
            return
        if found != ligne:
            size = "" if found.taille == ligne.taille else f" ({found.taille} octets au lieu de {ligne.taille})"
            yield Faute(name, f"ce fichier n'est plus celui du manifeste{size} : il a été modifié", "archive_modifie")


def _check_receipt(bilan: Bilan) -> None:
    if bilan.recu is None or bilan.rapport is None:
        return
    rapport = bilan.rapport
    bound = (rapport.empreinte, rapport.empreinte_jws, rapport.header.kid)
    fault = find_receipt_fault(bilan.recu.contenu, rapport.contenu, bound)
    if fault is not None:
        bilan.fautes.append(Faute(RECU, f"cet accusé n'est pas celui du rapport : {fault.message}", fault.code))


def _read_campaign(contents: Contents, rapport: Rapport) -> LoadedCampaign:
    octets = contents.read(CAMPAGNE)
    if empreinte(octets) != rapport.campagne.empreinte:
        raise ReportError(
            "ce n'est pas la campagne que cite le rapport : les règles du recomptage ne seraient pas les siennes",
            remede="Remettre le fichier de campagne d'origine.",
            code="archive_campagne",
        )
    return read_campaign(octets, CAMPAGNE)


def _recount(contents: Contents, rapport: Rapport, campagne: LoadedCampaign) -> Recompte:
    return recount_report(
        rapport,
        campagne.campagne.reglages,
        lambda finess: read_leaves(contents, finess),
        lambda finess: read_days(contents, finess),
    )


def _open(contents: Contents, name: str, key: Key | None, modele: type[Modele]) -> Opened[Modele]:
    jws = contents.read(name).decode("ascii", errors="replace")
    if key is not None:
        return open_signed(jws, key, modele)
    opened = open_unverified(jws)
    if not isinstance(opened.contenu, modele):
        raise ReportError(
            "ce document signé en est un autre", remede="Remettre le fichier d'origine.", code="archive_document"
        )
    return cast(Opened[Modele], opened)


def _attempt(bilan: Bilan, name: str, read: Callable[[], Lu]) -> Lu | None:
    """What was read; None when it could not be believed, which is then one of the faults."""
    try:
        return read()
    except KeyError:
        if name == MANIFESTE or all(fault.ou != name for fault in bilan.fautes):
            bilan.fautes.append(Faute(name, "ce fichier manque", "archive_manque"))
    except StorageError:
        raise
    except TemoinError as error:
        bilan.fautes.append(fault_of(name, error))
    return None
