"""The one call: read every source, bring persons together, count, write the evidence.

Read-only for the DUI; nothing of a person leaves the evidence folder. A source that cannot be used sets its
establishments aside, a broken invariant sets one establishment aside; the others go on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from temoin_sdk.contract.loading import Catalogue, load_plugins
from temoin_sdk.counting.facts import row_flags, source_flags, window_flags
from temoin_sdk.counting.models import Demande, ErreurSource, EtablissementDemande, Resultat
from temoin_sdk.counting.plan import (
    PlannedSource,
    check_plan,
    needs_intervals,
    plan_source,
    shared_keys,
    sites_by_finess,
)
from temoin_sdk.counting.reading import Read, Readings
from temoin_sdk.errors import Acteur, ConfigurationError, SourceError, TemoinError
from temoin_sdk.evidence import FeuilleJour, Pseudonymizer, sum_jours, write_jours
from temoin_sdk.figures import Avertissement, Ecarte, Figures, FiguresOG, SourceLue, check_invariants
from temoin_sdk.gathering.identities import apply_identities, resolve_identities
from temoin_sdk.gathering.persons import Gathered, PersonKey, Personne
from temoin_sdk.statement.columns import OF_THE_OG
from temoin_sdk.tally.establishment import Establishment, build_figures
from temoin_sdk.tally.signs import Sign, find_signs
from temoin_sdk.tally.supply import state_of
from temoin_sdk.vocabulary import Compte, Drapeau, EtatCompte, MotifEcart, Niveau, Relation, RelationJour


@dataclass(slots=True)
class _Run:
    """What one run has found so far."""

    demande: Demande
    reads: list[Read] = field(default_factory=list)
    erreurs: list[ErreurSource] = field(default_factory=list)
    ecartes: dict[str, Ecarte] = field(default_factory=dict)
    avertissements: list[Avertissement] = field(default_factory=list)
    first_error: TemoinError | None = None

    def set_aside(self, error: TemoinError, source: str, finess: Iterable[str], motif: MotifEcart) -> None:
        self.first_error = self.first_error or error
        self.erreurs.append(
            ErreurSource(
                source=source,
                code=error.code,
                message=error.message,
                remede=error.remede,
                ou=error.ou,
                acteur=error.acteur,
                retryable=error.retryable,
            )
        )
        for one in finess:
            self.ecartes.setdefault(
                one,
                Ecarte(finess=one, motif=motif, message=error.message, remede=error.remede, acteur=error.acteur),
            )


def count(demande: Demande, catalogue: Catalogue | None = None) -> Resultat:
    """Count one project in one window.

    Raises ConfigurationError for a request that could only give wrong figures, StorageError for the evidence folder,
    and the first SourceError when no establishment at all could be counted.
    """
    run = _Run(demande)
    planned = _plan(run, load_plugins() if catalogue is None else catalogue)
    readings = Readings(demande, needs_intervals(planned), shared_keys(planned))
    for plan in planned:
        try:
            run.reads.append(readings.read(plan))
        except SourceError as error:
            run.set_aside(error, plan.demande.nom, plan.finess, MotifEcart.SOURCE_ILLISIBLE)
    gathered, lues = _bring_together(run)
    supplied = any(Relation.SEJOURS in read.plan.relations for read in run.reads)
    signs = find_signs(gathered, stays_supplied=supplied)
    _tell_signs(run, signs)
    figures = _count_establishments(run, gathered, {s.relation for s in signs})
    if not figures and run.first_error is not None:
        raise run.first_error
    return Resultat(
        fenetre=demande.fenetre,
        etablissements=figures,
        og=_count_og(run, gathered),
        sources=lues,
        ecartes=tuple(run.ecartes[finess] for finess in sorted(run.ecartes)),
        avertissements=tuple(run.avertissements),
        erreurs=tuple(run.erreurs),
    )


def _plan(run: _Run, catalogue: Catalogue) -> tuple[PlannedSource, ...]:
    planned: list[PlannedSource] = []
    for source in run.demande.sources:
        try:
            planned.append(plan_source(source, catalogue))
        except SourceError as error:
            run.set_aside(error, source.nom, source.sites.values(), MotifEcart.SOURCE_ILLISIBLE)
    check_plan(run.demande, tuple(planned))
    return tuple(planned)


def _bring_together(run: _Run) -> tuple[Gathered, tuple[SourceLue, ...]]:
    """All groups in one, persons under their masters, projects settled. Says how many identifiers were joined."""
    gathered = Gathered()
    for read in run.reads:
        gathered.merge(read.gathered)
    masters = resolve_identities(pair for read in run.reads for pair in read.identities)
    joined = apply_identities(gathered, masters)
    gathered.settle(run.demande.campagne.reglages, run.demande.fenetre)
    holder = next((read for read in run.reads if read.identities), None)
    lues = [r.lue.model_copy(update={"fusions": joined}) if r is holder else r.lue for r in run.reads]
    return gathered, tuple(lues)


def _tell_signs(run: _Run, signs: tuple[Sign, ...]) -> None:
    for sign in signs:
        holders = [read for read in run.reads if sign.relation in read.plan.relations]
        names = ", ".join(read.plan.demande.nom for read in holders)
        if sign.blocking:
            finess = sorted({f for read in holders for f in read.plan.finess})
            run.set_aside(sign.error(names), names, finess, MotifEcart.CORRESPONDANCE)
        else:
            run.avertissements.append(
                Avertissement(
                    code=sign.code,
                    message=f"Source {names} : {sign.message}",
                    remede=sign.remede,
                    acteur=Acteur.EDITEUR,
                )
            )


def _count_establishments(run: _Run, gathered: Gathered, doubtful: set[Relation]) -> tuple[Figures, ...]:
    persons: dict[str, dict[PersonKey, Personne]] = {}
    for key, personne in gathered.personnes.items():
        persons.setdefault(key.finess, {})[key] = personne
    days = _days_by_finess(gathered)
    figures: list[Figures] = []
    for etablissement in sorted(run.demande.etablissements, key=lambda e: e.finess):
        finess = etablissement.finess
        if finess in run.ecartes:
            continue
        counted = _count_one(run, etablissement, persons.get(finess, {}), days.get(finess, ()), doubtful, days)
        breaches = check_invariants(counted, run.demande.campagne.reglages)
        if breaches:
            run.ecartes[finess] = Ecarte(
                finess=finess,
                motif=MotifEcart.INVARIANT,
                message=" ".join(breach.message for breach in breaches),
                remede="Corriger la donnée ou la correspondance qui donne ces chiffres, puis relancer le calcul.",
                acteur=Acteur.EDITEUR if _only_facts(counted) else Acteur.GESTIONNAIRE,
            )
        else:
            figures.append(counted)
    return tuple(figures)


def _only_facts(figures: Figures) -> bool:
    return all(niveau is Niveau.FAITS for niveau in figures.niveaux.values())


def _count_one(
    run: _Run,
    etablissement: EtablissementDemande,
    personnes: dict[PersonKey, Personne],
    jours: tuple[FeuilleJour, ...],
    doubtful: set[Relation],
    days: dict[str, tuple[FeuilleJour, ...]],
) -> Figures:
    finess, demande = etablissement.finess, run.demande
    serving = [read for read in run.reads if finess in read.plan.finess]
    knowing = [read for read in serving if _knows(read, finess)]
    donnes = _ready_made(knowing, finess)
    supplied = frozenset[Relation]().union(*(read.plan.relations for read in knowing))
    unknown = frozenset[Relation]().union(*(read.plan.relations for read in serving if read not in knowing)) - supplied
    etats = {
        compte: EtatCompte.FOURNI
        if compte in donnes
        else state_of(compte, demande.campagne.reglages, supplied, unknown)
        for compte in Compte
    }
    _refuse_two_levels(donnes, etats, supplied, run, finess)
    recipients = any(j.relation is RelationJour.MESSAGES_MSS_INCONNU for j in jours)
    drapeaux = (
        window_flags(etablissement, demande.fenetre)
        | source_flags(knowing)
        | row_flags(personnes.values(), unknown_recipients=recipients)
    )
    if doubtful & supplied:
        drapeaux |= {Drapeau.CORRESPONDANCE_DOUTEUSE}
    if OF_THE_OG in days and Relation.MESSAGES_MSS in supplied:
        drapeaux |= {Drapeau.MSS_PARTAGEE}
    _warn_unknown(run, etablissement, serving, knowing)
    establishment = Establishment(finess, personnes, jours, etats, donnes, drapeaux)
    pseudonymizer = Pseudonymizer(
        demande.cle_pseudonyme, ej=demande.ej, finess=finess, projet=demande.projet, fenetre=demande.fenetre
    )
    return build_figures(establishment, demande.campagne.reglages, pseudonymizer, demande.dossier, demande.cle_site)


def _knows(read: Read, finess: str) -> bool:
    return sites_by_finess(read.plan.demande.sites, read.sites).get(finess, False)


def _ready_made(knowing: list[Read], finess: str) -> dict[Compte, tuple[int, Niveau]]:
    donnes: dict[Compte, tuple[int, Niveau]] = {}
    for read in knowing:
        donnes |= read.donnes.get(finess, {})
    return donnes


def _refuse_two_levels(
    donnes: dict[Compte, tuple[int, Niveau]],
    etats: dict[Compte, EtatCompte],
    supplied: frozenset[Relation],
    run: _Run,
    finess: str,
) -> None:
    """A count both given ready-made and countable from facts has two truths: somebody must choose."""
    reglages = run.demande.campagne.reglages
    for compte in donnes:
        if state_of(compte, reglages, supplied, frozenset()) is EtatCompte.FOURNI:
            raise ConfigurationError(
                f"Le compte {compte.value} de {finess} est à la fois donné tout fait et compté à partir de faits.",
                remede="Retirer ce compte de la source de comptes, ou restreindre l'autre source par « fournit ».",
                ou=f"établissement {finess}",
                code="source_double",
            )


def _warn_unknown(run: _Run, etablissement: EtablissementDemande, serving: list[Read], knowing: list[Read]) -> None:
    for read in serving:
        if read not in knowing:
            codes = ", ".join(c for c, f in read.plan.demande.sites.items() if f == etablissement.finess)
            run.avertissements.append(
                Avertissement(
                    code="inconnu_de_la_source",
                    message=f"La source {read.plan.demande.nom} ne connaît pas le site {codes} "
                    f"({etablissement.finess}).",
                    remede="Corriger le code de ce site dans la configuration ; sites de la source : "
                    + ", ".join(sorted(read.sites)[:20]),
                    acteur=Acteur.GESTIONNAIRE,
                    finess=etablissement.finess,
                )
            )


def _days_by_finess(gathered: Gathered) -> dict[str, tuple[FeuilleJour, ...]]:
    days: dict[str, list[FeuilleJour]] = {}
    for key, nombre in gathered.jours.items():
        days.setdefault(key.finess, []).append(FeuilleJour(RelationJour(key.code), key.jour, nombre))
    return {finess: tuple(sorted(leaves)) for finess, leaves in days.items()}


def _count_og(run: _Run, gathered: Gathered) -> FiguresOG | None:
    """Messages of the OG that belong to no establishment: a number of their own, never split."""
    leaves = _days_by_finess(gathered).get(OF_THE_OG)
    if not leaves:
        return None
    number, racine = write_jours(run.demande.dossier, run.demande.ej, leaves)
    return FiguresOG(messages_mss=sum(sum_jours(leaves).values()), feuilles_jours=number, racine_jours=racine)
