"""Every indicator of a base explained, and held against the readable calculator and against itself."""

from pathlib import Path

from reference import routes
from reference.routes import Prepared
from temoin_sdk.campaigns import DefinitionIndicateur
from temoin_sdk.conventions import Convention
from temoin_sdk.explaining import Explication, explain
from temoin_sdk.testing.reference.calculator import Attendu, calculate
from temoin_sdk.testing.reference.facts import Base
from temoin_sdk.testing.reference.words import masters_of
from temoin_sdk.vocabulary import Compte

DOCUMENTS = DefinitionIndicateur(
    code="nb_documents_dmp", libelle="Documents", numerateur=Compte.DOCUMENTS_DMP, texte="amorçage 2021"
)
INDICATEURS = (
    "taux_projet_personnalise",
    "taux_evenement_agenda",
    "taux_dmp",
    "taux_mss",
    "nb_dossiers_actifs",
    "nb_eprescription",
    "nb_documents_dmp",
    "nb_eparcours",
)
CONVENTION = Convention(code="projet-du-gave", campagne="generalisation-2025")
PERSONS = {
    Compte.PERSONNES_ACCOMPAGNEES: lambda _: True,
    Compte.PERSONNES_ELIGIBLES: lambda one: one.eligible,
    Compte.DOSSIERS_ACTIFS: lambda one: one.actif,
    Compte.DOSSIERS_ACTIFS_PROJET: lambda one: one.actif_projet,
    Compte.DOSSIERS_ACTIFS_AGENDA: lambda one: one.actif_agenda,
    Compte.DMP_ALIMENTES: lambda one: one.dmp,
}
"""Which persons of the calculator a count has."""


def explain_all(base: Base, sources: list[Prepared], dossier: Path, *codes: str) -> dict[tuple[str, str], Explication]:
    """These indicators (by default, some that ask for every relation), each at one of the establishments in turn."""
    demande, catalogue = routes.asked(base, sources, dossier)
    campagne = demande.campagne.model_copy(update={"indicateurs": (*demande.campagne.indicateurs, DOCUMENTS)})
    demande = demande.model_copy(update={"campagne": campagne})
    found = {}
    for rank, code in enumerate(codes or INDICATEURS):
        finess = base.etablissements[rank % len(base.etablissements)].finess
        found[finess, code] = explain(demande, finess, code, CONVENTION, frozenset(), catalogue)
    return found


def check_all(base: Base, explained: dict[tuple[str, str], Explication], route: str) -> None:
    """Every explanation adds up, gives what is counted, and names exactly who is missing."""
    attendus = {one.finess: calculate(base, one) for one in base.etablissements}
    for (finess, code), found in explained.items():
        where = f"{route}: {code} at {finess}, {base.fenetre.libelle()}, {base.reglages}"
        _check_sums(found, where)
        _check_counts(found, attendus[finess], where)
        _check_persons(base, found, attendus[finess], where)


def _check_sums(found: Explication, where: str) -> None:
    for tri in found.tris:
        assert tri.lues == tri.retenues + sum(each.nombre for each in tri.ecartees), (where, tri)
    for etape in found.etapes:
        assert etape.nombre_arrivee == etape.nombre_depart - sum(e.nombre for e in etape.ecartees), (where, etape)
        assert all(each.nombre >= 0 for each in etape.ecartees), (where, etape)


def _check_counts(found: Explication, attendu: Attendu, where: str) -> None:
    for compte in found.comptes:
        assert found.expliques.get(compte) == attendu.comptes[compte], (where, compte, found)
        if found.blocage is None:
            assert found.comptes[compte] == attendu.comptes[compte], (where, compte)
    assert found.ecarts == (), where
    for etape in found.etapes:
        assert etape.nombre_arrivee == attendu.comptes[etape.compte], (where, etape)


def _check_persons(base: Base, found: Explication, attendu: Attendu, where: str) -> None:
    comptes = list(found.comptes)  # the denominator first, if there is one
    above = comptes[-1]
    below = comptes[0] if len(comptes) == 2 else Compte.PERSONNES_ACCOMPAGNEES
    if above not in PERSONS or None in (attendu.comptes[above], attendu.comptes[below]):
        assert not found.personnes, where
        return
    expected = {who for who, one in attendu.personnes.items() if PERSONS[below](one) and not PERSONS[above](one)}
    masters = masters_of(base)
    assert found.personnes is not None, where
    assert len(found.personnes) == len(expected), (where, found.personnes)
    shown = {usager for one in found.personnes for usager in one.usagers}
    direct = {who[1] for who in expected if who not in masters.values()}
    assert direct <= shown, (where, direct - shown)
    for one in found.personnes:
        assert one.pourquoi
        assert "{" not in one.pourquoi
