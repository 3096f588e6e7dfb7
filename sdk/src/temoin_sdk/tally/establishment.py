"""From what was gathered about an establishment to its figures and evidence: counts are counted from the leaves."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from pathlib import Path

from temoin_sdk.campaigns import Reglages
from temoin_sdk.evidence import (
    DrapeauFeuille,
    FeuilleJour,
    Pseudonymizer,
    pack_details,
    sum_jours,
    write_evidence,
)
from temoin_sdk.figures import Figures
from temoin_sdk.gathering.groups import Group
from temoin_sdk.gathering.identities import Identity
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.vocabulary import (
    Compte,
    Drapeau,
    EtatCompte,
    MotifNonEligible,
    Niveau,
    RelationJour,
    StatutProjet,
)
from temoin_sdk.windows import Fenetre

_SANS_AUTEUR = attrgetter("maj_sans_auteur")
STANDS = (StatutProjet.EN_PREPARATION.value, StatutProjet.ACTIF.value)
_ELIGIBLE, _ACTIF, _PROJET, _AGENDA, _DMP = (flag.value for flag in DrapeauFeuille)
BY_DAY: Mapping[Compte, tuple[RelationJour, ...]] = {
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
class Supplied:
    """What can be told of one establishment: states say which counts are numbers, `donnes` those given ready-made."""

    finess: str
    etats: Mapping[Compte, EtatCompte]
    donnes: Mapping[Compte, tuple[int, Niveau]]
    drapeaux: frozenset[Drapeau]


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    """Where the evidence of a run goes, and the two keys of the site that it needs; the signing key is not here."""

    dossier: Path
    cle_pseudonyme: bytes = field(repr=False)
    cle_site: bytes = field(repr=False)
    ej: str
    projet: str
    fenetre: Fenetre
    reglages: Reglages


def flags_of(personne: Personne, reglages: Reglages) -> int:
    """The leaf flags of a personne accompagnée (domain decisions 4 to 9), as a plain integer."""
    eligible = personne.motif == 0
    flags: int = _ELIGIBLE if eligible else 0
    if personne.maj_jour is not None:
        flags |= _ACTIF
        if personne.projet in STANDS:
            flags |= _PROJET
        if personne.evenement_jour is not None or personne.evenements_retenus:
            flags |= _AGENDA
    if personne.depots and (eligible or reglages.dmp == "sans_condition"):
        flags |= _DMP
    return flags


def build_figures(supplied: Supplied, group: Group, place: EvidencePlace) -> Figures:
    """Write the evidence of one establishment and count its figures from the very same rows."""
    reglages, finess = place.reglages, supplied.finess
    jours = feuilles_jours(group.jours)
    if reglages.dmp == "sans_condition":
        jours += deposits_without_stay(group.personnes.values())
    pseudonymizer = Pseudonymizer(
        place.cle_pseudonyme, ej=place.ej, finess=finess, projet=place.projet, fenetre=place.fenetre
    )
    accompanied = {identity: one for identity, one in group.personnes.items() if one.sejours}
    flags = [flags_of(one, reglages) for one in accompanied.values()]
    persons = _evidence_persons(accompanied, flags, pseudonymizer)
    roots = write_evidence(place.dossier, finess, persons, jours, place.cle_site)
    tally = Tally(accompanied.values(), flags)
    sums = sum_jours(jours)
    counted = tally.comptes(sums[RelationJour.DMP_HORS_SEJOUR])
    counted |= {compte: sum(sums[r] for r in relations) for compte, relations in BY_DAY.items()}
    comptes: dict[Compte, int | None] = {}
    niveaux: dict[Compte, Niveau] = {}
    for compte in Compte:
        comptes[compte] = None
        if compte in supplied.donnes:
            comptes[compte], niveaux[compte] = supplied.donnes[compte]
        elif supplied.etats[compte] is EtatCompte.FOURNI:
            comptes[compte], niveaux[compte] = counted[compte], Niveau.FAITS
    messages = niveaux.get(Compte.MESSAGES_MSS) is Niveau.FAITS
    return Figures(
        finess=finess,
        comptes=comptes,
        etats=dict(supplied.etats),
        niveaux=niveaux,
        drapeaux=tuple(sorted(supplied.drapeaux | row_flags(group))),
        exclus={MotifNonEligible(motif).name.lower(): n for motif, n in sorted(tally.exclus.items())},
        messages_mss_professionnels=sums[RelationJour.MESSAGES_MSS_PROFESSIONNEL] if messages else None,
        messages_mss_usagers=sums[RelationJour.MESSAGES_MSS_USAGER] if messages else None,
        feuilles=roots.feuilles,
        racine=roots.racine,
        feuilles_jours=roots.feuilles_jours,
        racine_jours=roots.racine_jours,
    )


class Tally:
    """Counts of the leaves, from their flags and not from anything else."""

    def __init__(self, persons: Iterable[Personne], flags: Iterable[int]) -> None:
        self._by_flags = Counter(flags)
        self.exclus = Counter(one.motif for one in persons if one.motif)

    def comptes(self, dmp_hors_sejour: int) -> dict[Compte, int]:
        """The counts of persons; `dmp_hors_sejour` is the number of those fed without a stay."""
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


def row_flags(group: Group) -> frozenset[Drapeau]:
    """What the rows themselves left open: an update without an author, a message without a kind of recipient."""
    flags: set[Drapeau] = set()
    if any(map(_SANS_AUTEUR, group.personnes.values())):
        flags.add(Drapeau.AUTEUR_INCONNU)
    if any(code == RelationJour.MESSAGES_MSS_INCONNU for code, _ in group.jours):
        flags.add(Drapeau.DESTINATAIRE_INCONNU)
    return frozenset(flags)


def feuilles_jours(jours: Mapping[tuple[int, int], int]) -> list[FeuilleJour]:
    """Day leaves from numbers by (code, ordinal)."""
    return [FeuilleJour(RelationJour(code), date.fromordinal(jour), number) for (code, jour), number in jours.items()]


def _evidence_persons(
    accompanied: Mapping[Identity, Personne], flags: Iterable[int], pseudonymizer: Pseudonymizer
) -> Iterator[tuple[int, bytes, str, str]]:
    """One `EvidencePerson` each. Column by column: nothing here is done once per person that can be done for all."""
    secrets = pseudonymizer.digests(accompanied)
    details = pack_details(
        (secret, one.maj_jour or 0, one.evenement_jour or 0, one.depot_jour or 0, one.projet or 0, one.motif or 0)
        for secret, one in zip(secrets, accompanied.values(), strict=True)
    )
    espaces, usagers = zip(*accompanied, strict=True) if accompanied else ((), ())
    return zip(flags, details, espaces, usagers, strict=True)


def deposits_without_stay(personnes: Iterable[Personne]) -> list[FeuilleJour]:
    """Persons fed without a stay, at the day of their latest deposit: they have no leaf of their own."""
    days = Counter(p.depot_jour for p in personnes if not p.sejours and p.depot_jour is not None)
    return feuilles_jours({(RelationJour.DMP_HORS_SEJOUR.value, day): number for day, number in days.items()})
