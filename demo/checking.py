"""What anybody can check with the files alone: signatures, digests, and every count recomputed from the evidence."""

import hashlib
import textwrap
from dataclasses import dataclass
from pathlib import Path

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.envelope import read_public_key
from temoin_sdk.evidence import read_jours, read_squelette, recount
from temoin_sdk.ledger.keyfiles import read_note_key
from temoin_sdk.report import Rapport, Recu
from temoin_sdk.report.inscribed import check_inscribed
from temoin_sdk.report.opening import find_receipt_fault, open_signed
from temoin_sdk.vocabulary import EtatCompte, Niveau
from temoin_sdk.wording import DOSSIERS_PROUVENT, RACINE_PROUVE, SIGNATURE_PROUVE, SQUELETTE_PROUVE


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found true, and where the files lie."""

    preuves: Path
    rapport: Rapport
    recu: Recu
    comptes: int
    pieces: int


def check_evidence(preuves: Path, sortie: Path) -> Checked:
    """Verify one report of the demonstration and its receipt; AssertionError names what does not hold."""
    agent, receiver = next((sortie / "gestionnaire").rglob("*.jwk")), next((sortie / "recepteur").glob("*.jwk"))
    signed = open_signed((preuves / "rapport.jws").read_text("ascii"), read_public_key(agent), Rapport)
    rapport = signed.contenu
    recu = open_signed((preuves / "recu.jws").read_text("ascii"), read_public_key(receiver), Recu).contenu
    check_inscribed(recu, read_note_key(sortie / "recepteur" / "cle-registre.txt"))
    if find_receipt_fault(recu, rapport, (signed.empreinte, signed.empreinte_jws, signed.header.kid)):
        raise AssertionError("the receipt names another report")
    campagne = load_campaign(preuves / "campagne.toml")
    if hashlib.sha256(campagne.octets).hexdigest() != rapport.campagne.empreinte:
        raise AssertionError("the campaign kept as evidence is not the one of the report")
    comptes = sum(_recount(preuves, rapport, e.finess) for e in rapport.etablissements)
    pieces = sum(_check_pieces(preuves / "pieces" / s.preuve) for s in rapport.sources if s.preuve is not None)
    return Checked(preuves, rapport, recu, comptes, pieces)


def _recount(preuves: Path, rapport: Rapport, finess: str) -> int:
    """Recompute roots and counts of one establishment from its squelette and day leaves; the number of counts held."""
    stated = next(e for e in rapport.etablissements if e.finess == finess)
    reglages = load_campaign(preuves / "campagne.toml").campagne.reglages
    if Niveau.DECLARE in stated.niveaux.values():
        return 0  # declared figures rest on a document, not on leaves
    found = recount(read_squelette(preuves, finess), read_jours(preuves, finess), reglages)
    if (found.racine, found.racine_jours) != (stated.racine, stated.racine_jours):
        raise AssertionError(f"{finess}: the evidence does not give the roots of the report")
    supplied = [compte for compte, etat in stated.etats.items() if etat is EtatCompte.FOURNI]
    for compte in supplied:
        if found.comptes[compte] != stated.comptes[compte]:
            raise AssertionError(f"{finess}: the evidence does not give {compte}")
    return len(supplied)


def _check_pieces(folder: Path) -> int:
    """The documents behind ready-made figures: the report names their list, the list each of them; their number."""
    listed = (folder / "SHA256SUMS").read_bytes()
    if hashlib.sha256(listed).hexdigest() != folder.name:
        raise AssertionError("the list of documents is not the one of the report")
    lines = [line.split("  ", 1) for line in listed.decode("ascii").splitlines()]
    for digest, name in lines:
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise AssertionError(f"{name} is not the document that was declared")
    return sum(name.startswith("fichiers/") for _, name in lines)


def say_checked(checked: Checked) -> None:
    """The same in French, with the places, relative to where the reader stands."""
    preuves, here = checked.preuves, Path.cwd()
    place = preuves.relative_to(here) if preuves.is_relative_to(here) else preuves
    print(f"Projet {checked.rapport.projet}, dossier {place}/")
    print("  rapport.jws          rapport signé : signature vérifiée")
    print(f"  squelette/, jours/   preuves : racines et {checked.comptes} comptes recalculés, tous égaux au rapport")
    if checked.pieces:
        print(f"  pieces/              {checked.pieces} pièce(s) de chiffres déclarés : empreinte égale au rapport")
    print(f"  recu.jws             accusé n° {checked.recu.reception} : signature vérifiée, il nomme bien ce rapport")
    place = checked.recu.registre
    print(f"                       au registre : entrée {place.rang}, sous la tête signée de {place.taille} entrées")


def say_bounds() -> None:
    """What all this proves, and what it does not."""
    for sentence in (SIGNATURE_PROUVE, RACINE_PROUVE, SQUELETTE_PROUVE, DOSSIERS_PROUVENT):
        print(textwrap.fill(sentence, 100))
