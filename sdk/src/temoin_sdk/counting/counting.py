"""The one call: read every source, bring persons together, count, write the evidence.

Read-only for the DUI; nothing of a person leaves the evidence folder. A source that cannot be used sets its
establishments aside, a broken invariant sets one establishment aside; the others go on.
"""

from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from temoin_sdk.contract.loading import Catalogue, load_plugins
from temoin_sdk.counting.certified import note_certificat
from temoin_sdk.counting.facts import source_flags, window_flags
from temoin_sdk.counting.models import Demande, ErreurSource, EtablissementDemande, Resultat
from temoin_sdk.counting.plan import (
    PlannedSource,
    check_plan,
    ins_key,
    plan_source,
    shared_keys,
    sites_by_finess,
)
from temoin_sdk.counting.reading import Read, Readings
from temoin_sdk.counting.workers import count_all
from temoin_sdk.errors import Acteur, ConfigurationError, SourceError, TemoinError
from temoin_sdk.evidence import remove_evidence, sum_jours, write_jours
from temoin_sdk.figures import Avertissement, Ecarte, Figures, FiguresOG, SourceLue, check_invariants
from temoin_sdk.gathering.groups import bring_together
from temoin_sdk.gathering.identities import HELD, IdentityMap
from temoin_sdk.gathering.spool import Block, Spool
from temoin_sdk.statement.columns import OF_THE_OG
from temoin_sdk.tally.establishment import EvidencePlace, Supplied, feuilles_jours
from temoin_sdk.tally.jobs import Commons, Job, Outcome
from temoin_sdk.tally.observed import Observed
from temoin_sdk.tally.signs import Sign, find_signs
from temoin_sdk.tally.supply import state_of
from temoin_sdk.vocabulary import Compte, Drapeau, EtatCompte, MotifEcart, Niveau, Relation
from temoin_sdk.windows import Fenetre


@dataclass(slots=True)
class _Run:
    """What one run has found so far."""

    demande: Demande
    reads: list[Read] = field(default_factory=list)
    erreurs: list[ErreurSource] = field(default_factory=list)
    ecartes: dict[str, Ecarte] = field(default_factory=dict)
    avertissements: list[Avertissement] = field(default_factory=list)
    first_error: TemoinError | None = None

    def holds(self, finess: str) -> bool:
        """Whether anything was read about an establishment, or under the mark of the OG; nothing is opened for it."""
        return any(read.spool.holds(finess) for read in self.reads if read.spool)

    def blocks(self, finess: str) -> tuple[Block, ...]:
        """Everything that was read about an establishment, or under the mark of the OG."""
        return tuple(block for read in self.reads if read.spool for block in read.spool.blocks(finess))

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
    with ExitStack() as spools:
        readings = Readings(demande, shared_keys(planned), spools)
        for plan in planned:
            try:
                run.reads.append(readings.read(plan))
            except SourceError as error:
                run.set_aside(error, plan.demande.nom, plan.finess, MotifEcart.SOURCE_ILLISIBLE)
        _tell_settings(run)
        _note_certificates(run)
        counted = _count_establishments(run, spools)
        og = _count_og(run, counted)
    figures = _keep(run, counted)
    if not figures and run.first_error is not None:
        raise run.first_error
    return Resultat(
        fenetre=demande.fenetre,
        etablissements=figures,
        og=og,
        sources=_sources_read(run, counted.joined),
        ecartes=tuple(run.ecartes[finess] for finess in sorted(run.ecartes)),
        avertissements=tuple(run.avertissements),
        erreurs=tuple(run.erreurs),
    )


def _plan(run: _Run, catalogue: Catalogue) -> tuple[PlannedSource, ...]:
    planned: list[PlannedSource] = []
    cle_ins = ins_key(run.demande)
    for source in run.demande.sources:
        try:
            planned.append(plan_source(source, catalogue, cle_ins))
        except SourceError as error:
            run.set_aside(error, source.nom, source.sites.values(), MotifEcart.SOURCE_ILLISIBLE)
    check_plan(run.demande, tuple(planned))
    return tuple(planned)


def _sources_read(run: _Run, joined: int) -> tuple[SourceLue, ...]:
    """What the report says of each source; how many identifiers were joined stands with the one that has the map."""
    holder = next((read for read in run.reads if read.identities), None)
    return tuple(r.lue.model_copy(update={"fusions": joined}) if r is holder else r.lue for r in run.reads)


def _tell_settings(run: _Run) -> None:
    for read in run.reads:
        for message, remede in read.plan.source.reglages.remarques():
            run.avertissements.append(
                Avertissement(
                    code="reglage_affaiblissant",
                    message=f"Source {read.plan.demande.nom} : {message}",
                    remede=remede,
                    acteur=Acteur.GESTIONNAIRE,
                )
            )


def _note_certificates(run: _Run) -> None:
    told = (note_certificat(read, run.demande.dossier) for read in run.reads)
    run.avertissements += [warning for warning in told if warning is not None]


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


@dataclass(slots=True)
class _Counted:
    """Figures by FINESS, with what each establishment was supplied, and what all of them looked like together."""

    supplied: dict[str, frozenset[Relation]] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    observed: Observed = field(default_factory=Observed)
    joined: int = 0

    def add(self, outcome: Outcome) -> None:
        self.observed.merge(outcome.observed)
        self.joined += outcome.joined
        if outcome.figures is not None:
            self.figures[outcome.finess] = outcome.figures


def _count_establishments(run: _Run, spools: ExitStack) -> _Counted:
    """Every establishment, evidence written. Those set aside are only looked at, for the signs of a wrong mapping."""
    demande, counted = run.demande, _Counted()
    masters = _share_identities(run, spools)
    place = EvidencePlace(
        demande.dossier,
        demande.cle_pseudonyme,
        demande.cle_site,
        demande.ej,
        demande.projet,
        demande.fenetre,
        demande.campagne.reglages,
    )
    supplied = {e.finess: _supplied(run, e, counted) for e in demande.etablissements if e.finess not in run.ecartes}
    jobs = (
        Job(e.finess, supplied.get(e.finess), run.blocks(e.finess), tuple(masters.blocks(e.finess)) if masters else ())
        for e in demande.etablissements
    )
    for outcome in count_all(jobs, Commons(place), sum(read.spool.rows for read in run.reads if read.spool)):
        counted.add(outcome)
    for read in run.reads:
        counted.observed.astray.merge(read.astray)
    return counted


def _share_identities(run: _Run, spools: ExitStack) -> Spool | None:
    """What the identity map says of each establishment's persons, None without a map; cycles are refused."""
    identities = IdentityMap(read.identities for read in run.reads if read.identities)
    if not identities:
        return None
    shared = spools.enter_context(Spool(run.demande.dossier, "", HELD))
    with Spool(run.demande.dossier, "", HELD) as asked:
        identities.share(((e.finess, run.blocks(e.finess)) for e in run.demande.etablissements), asked, shared)
    return shared


def _keep(run: _Run, counted: _Counted) -> tuple[Figures, ...]:
    """Figures of the report: not those a sign or a broken invariant sets aside, whose evidence goes with them."""
    supplied = any(Relation.SEJOURS in read.plan.relations for read in run.reads)
    signs = find_signs(counted.observed, stays_supplied=supplied)
    _tell_signs(run, signs)
    doubtful = {sign.relation for sign in signs}
    kept: list[Figures] = []
    for finess, found in sorted(counted.figures.items()):
        figures = found
        if doubtful & counted.supplied[finess]:
            flags = {*figures.drapeaux, Drapeau.CORRESPONDANCE_DOUTEUSE}
            figures = figures.model_copy(update={"drapeaux": tuple(sorted(flags))})
        if finess not in run.ecartes:
            _check(run, figures)
        if finess in run.ecartes:
            remove_evidence(run.demande.dossier, finess)
        else:
            kept.append(figures)
    return tuple(kept)


def _check(run: _Run, figures: Figures) -> None:
    breaches = check_invariants(figures, run.demande.campagne.reglages)
    if breaches:
        run.ecartes[figures.finess] = Ecarte(
            finess=figures.finess,
            motif=MotifEcart.INVARIANT,
            message=" ".join(breach.message for breach in breaches),
            remede="Corriger la donnée ou la correspondance qui donne ces chiffres, puis relancer le calcul.",
            acteur=Acteur.EDITEUR if _only_facts(figures) else Acteur.GESTIONNAIRE,
        )


def _only_facts(figures: Figures) -> bool:
    return all(niveau is Niveau.FAITS for niveau in figures.niveaux.values())


def _supplied(run: _Run, etablissement: EtablissementDemande, counted: _Counted) -> Supplied:
    """What the sources that know this establishment can tell of it."""
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
    _refuse_two_levels(donnes, supplied, run, finess)
    drapeaux = window_flags(etablissement, demande.fenetre) | source_flags(knowing)
    if Relation.MESSAGES_MSS in supplied and run.holds(OF_THE_OG):
        drapeaux |= {Drapeau.MSS_PARTAGEE}
    _warn_unknown(run, etablissement, serving, knowing)
    counted.supplied[finess] = supplied
    return Supplied(finess, etats, donnes, drapeaux)


def _knows(read: Read, finess: str) -> bool:
    return sites_by_finess(read.plan.demande.sites, read.sites).get(finess, False)


def _ready_made(knowing: list[Read], finess: str) -> dict[Compte, tuple[int, Niveau]]:
    donnes: dict[Compte, tuple[int, Niveau]] = {}
    for read in knowing:
        donnes |= read.donnes.get(finess, {})
    return donnes


def _refuse_two_levels(
    donnes: dict[Compte, tuple[int, Niveau]],
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
            codes = tuple(c for c, f in read.plan.demande.sites.items() if f == etablissement.finess)
            run.avertissements.append(
                Avertissement(
                    code="inconnu_de_la_source",
                    message=f"La source {read.plan.demande.nom} ne connaît pas le site {', '.join(codes)} "
                    f"({etablissement.finess}).",
                    remede=_remedy(read, codes, run.demande.fenetre),
                    acteur=Acteur.GESTIONNAIRE,
                    finess=etablissement.finess,
                )
            )


def _remedy(read: Read, codes: tuple[str, ...], fenetre: Fenetre) -> str:
    """The source's own; a plugin that fails to say it must not stop a count for it."""
    with suppress(Exception):
        if said := read.plan.source.remede_site_inconnu(codes, fenetre):
            return str(said)
    known = ", ".join(sorted(read.sites)[:20]) or "aucun"
    return f"Corriger le code de ce site dans la configuration ; sites de la source : {known}."


def _count_og(run: _Run, counted: _Counted) -> FiguresOG | None:
    """Messages of the OG that belong to no establishment: a number of their own, never split."""
    demande = run.demande
    group = bring_together(run.blocks(OF_THE_OG), {}, demande.campagne.reglages, demande.fenetre)
    counted.observed.add_group(group)
    leaves = feuilles_jours(group.jours)
    if not leaves:
        return None
    number, racine = write_jours(demande.dossier, demande.ej, leaves)
    return FiguresOG(messages_mss=sum(sum_jours(leaves).values()), feuilles_jours=number, racine_jours=racine)
