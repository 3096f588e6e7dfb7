"""From what was gathered about an establishment to its figures and evidence: counts are counted from the leaves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from temoin_sdk.campaigns import Reglages
from temoin_sdk.evidence import (
    Detail,
    DrapeauFeuille,
    EvidencePerson,
    FeuilleJour,
    Pseudonymizer,
    sum_jours,
    write_evidence,
)
from temoin_sdk.figures import Figures
from temoin_sdk.gathering.persons import PersonKey, Personne
from temoin_sdk.vocabulary import (
    Compte,
    Drapeau,
    EtatCompte,
    MotifNonEligible,
    Niveau,
    RelationJour,
    StatutProjet,
)

_STANDS = (StatutProjet.EN_PREPARATION.value, StatutProjet.ACTIF.value)
_BY_DAY: Mapping[Compte, tuple[RelationJour, ...]] = {
    Compte.MESSAGES_MSS: (
        RelationJour.MESSAGES_MSS_PROFESSIONNEL,
        RelationJour.MESSAGES_MSS_USAGER,
        RelationJour.MESSAGES_MSS_INCONNU,
    ),
    Compte.DOCUMENTS_DMP: (RelationJour.DOCUMENTS_DMP,),
    Compte.PRESCRIPTIONS_IMPORTEES: (RelationJour.PRESCRIPTIONS,),
    Compte.ECHANGES_EPARCOURS: (RelationJour.ECHANGES_EPARCOURS,),
}


@dataclass(frozen=True, slots=True)
class Establishment:
    """What was gathered about one establishment, and what could be: states say which counts are numbers."""

    finess: str
    personnes: Mapping[PersonKey, Personne]
    jours: tuple[FeuilleJour, ...]
    etats: Mapping[Compte, EtatCompte]
    donnes: Mapping[Compte, tuple[int, Niveau]]
    """Counts given ready-made, at their weaker level."""
    drapeaux: frozenset[Drapeau]


def flags_of(personne: Personne, reglages: Reglages) -> int:
    """The leaf flags of a personne accompagnée (domain decisions 4 to 9), as a plain integer."""
    eligible, actif = personne.motif == 0, personne.maj_jour is not None
    flags = 0
    if eligible:
        flags |= DrapeauFeuille.ELIGIBLE.value
    if actif:
        flags |= DrapeauFeuille.ACTIF.value
        if personne.projet in _STANDS:
            flags |= DrapeauFeuille.PROJET.value
        if personne.evenements_retenus:
            flags |= DrapeauFeuille.AGENDA.value
    if personne.depots and (eligible or reglages.dmp == "sans_condition"):
        flags |= DrapeauFeuille.DMP.value
    return flags


def build_figures(
    establishment: Establishment, reglages: Reglages, pseudonymizer: Pseudonymizer, folder: Path, site_key: bytes
) -> Figures:
    """Write the evidence of one establishment and count its figures from the very same rows."""
    tally = _Tally()
    jours = list(establishment.jours)
    if reglages.dmp == "sans_condition":
        jours += _deposits_without_stay(establishment.personnes.values())
    persons = _evidence_persons(establishment.personnes, reglages, pseudonymizer, tally)
    roots = write_evidence(folder, establishment.finess, persons, jours, site_key)
    sums = sum_jours(jours)
    counted = tally.comptes(sums[RelationJour.DMP_HORS_SEJOUR])
    counted |= {compte: sum(sums[r] for r in relations) for compte, relations in _BY_DAY.items()}
    comptes: dict[Compte, int | None] = {}
    niveaux: dict[Compte, Niveau] = {}
    for compte in Compte:
        comptes[compte] = None
        if compte in establishment.donnes:
            comptes[compte], niveaux[compte] = establishment.donnes[compte]
        elif establishment.etats[compte] is EtatCompte.FOURNI:
            comptes[compte], niveaux[compte] = counted[compte], Niveau.FAITS
    messages = niveaux.get(Compte.MESSAGES_MSS) is Niveau.FAITS
    return Figures(
        finess=establishment.finess,
        comptes=comptes,
        etats=dict(establishment.etats),
        niveaux=niveaux,
        drapeaux=tuple(sorted(establishment.drapeaux)),
        exclus={motif.name.lower(): n for motif, n in sorted(tally.exclus.items())},
        messages_mss_professionnels=sums[RelationJour.MESSAGES_MSS_PROFESSIONNEL] if messages else None,
        messages_mss_usagers=sums[RelationJour.MESSAGES_MSS_USAGER] if messages else None,
        feuilles=roots.feuilles,
        racine=roots.racine,
        feuilles_jours=roots.feuilles_jours,
        racine_jours=roots.racine_jours,
    )


class _Tally:
    """Counts kept while the leaves pass, so that one pass over the persons is enough."""

    def __init__(self) -> None:
        self._by_flags: dict[int, int] = {}
        self.exclus: dict[MotifNonEligible, int] = {}

    def add(self, flags: int, motif: MotifNonEligible | None) -> None:
        self._by_flags[flags] = self._by_flags.get(flags, 0) + 1
        if motif is not None:
            self.exclus[motif] = self.exclus.get(motif, 0) + 1

    def comptes(self, dmp_hors_sejour: int) -> dict[Compte, int]:
        return {
            Compte.PERSONNES_ACCOMPAGNEES: sum(self._by_flags.values()),
            Compte.PERSONNES_ELIGIBLES: self._with(DrapeauFeuille.ELIGIBLE),
            Compte.DOSSIERS_ACTIFS: self._with(DrapeauFeuille.ACTIF),
            Compte.DOSSIERS_ACTIFS_PROJET: self._with(DrapeauFeuille.PROJET),
            Compte.DOSSIERS_ACTIFS_AGENDA: self._with(DrapeauFeuille.AGENDA),
            Compte.DMP_ALIMENTES: self._with(DrapeauFeuille.DMP) + dmp_hors_sejour,
        }

    def _with(self, flag: DrapeauFeuille) -> int:
        return sum(n for flags, n in self._by_flags.items() if flags & flag.value)


def _evidence_persons(
    personnes: Mapping[PersonKey, Personne], reglages: Reglages, pseudonymizer: Pseudonymizer, tally: _Tally
) -> Iterator[EvidencePerson]:
    for key, personne in personnes.items():
        if not personne.sejours:
            continue
        flags = flags_of(personne, reglages)
        motif = MotifNonEligible(personne.motif) if personne.motif else None
        tally.add(flags, motif)
        pseudonyme, sel = pseudonymizer(key.espace, key.usager)
        projet = StatutProjet(personne.projet) if personne.projet else None
        detail = Detail(pseudonyme, sel, personne.maj_jour, personne.evenement_jour, personne.depot_jour, projet, motif)
        yield EvidencePerson(flags, detail, key.espace, key.usager)


def _deposits_without_stay(personnes: Iterable[Personne]) -> list[FeuilleJour]:
    """Persons fed without a stay, at the day of their latest deposit: they have no leaf of their own."""
    days: dict[date, int] = {}
    for personne in personnes:
        if not personne.sejours and personne.depot_jour is not None:
            days[personne.depot_jour] = days.get(personne.depot_jour, 0) + 1
    return [FeuilleJour(RelationJour.DMP_HORS_SEJOUR, day, n) for day, n in days.items()]
