"""The one call: read every source, bring persons together, count, write the evidence.

Read-only for the DUI; nothing of a person leaves the evidence folder. A source that cannot be used sets its
establishments aside, a broken invariant sets one establishment aside; the others go on.
"""

from contextlib import ExitStack

from temoin_sdk.contract.loading import Catalogue, load_plugins
from temoin_sdk.counting.certified import note_certificat
from temoin_sdk.counting.kept import keep
from temoin_sdk.counting.models import Demande, Resultat
from temoin_sdk.counting.plan import (
    PlannedSource,
    check_plan,
    ins_key,
    plan_source,
    shared_keys,
)
from temoin_sdk.counting.reading import Readings
from temoin_sdk.counting.run import Counted, Run
from temoin_sdk.counting.supplied import settle_supplied
from temoin_sdk.counting.workers import count_all
from temoin_sdk.errors import Acteur, SourceError
from temoin_sdk.evidence import sum_jours, write_jours
from temoin_sdk.figures import Avertissement, FiguresOG, SourceLue
from temoin_sdk.gathering.groups import bring_together
from temoin_sdk.gathering.identities import HELD, IdentityMap
from temoin_sdk.gathering.spool import Spool
from temoin_sdk.statement.columns import OF_THE_OG
from temoin_sdk.tally.establishment import EvidencePlace, feuilles_jours
from temoin_sdk.tally.jobs import Commons, Job
from temoin_sdk.vocabulary import MotifEcart


def count(demande: Demande, catalogue: Catalogue | None = None) -> Resultat:
    """Count one project in one window.

    Raises ConfigurationError for a request that could only give wrong figures, StorageError for the evidence folder,
    and the first SourceError when no establishment at all could be counted.
    """
    run = Run(demande)
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
    figures = keep(run, counted)
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


def _plan(run: Run, catalogue: Catalogue) -> tuple[PlannedSource, ...]:
    planned: list[PlannedSource] = []
    cle_ins = ins_key(run.demande)
    for source in run.demande.sources:
        try:
            planned.append(plan_source(source, catalogue, cle_ins))
        except SourceError as error:
            run.set_aside(error, source.nom, source.sites.values(), MotifEcart.SOURCE_ILLISIBLE)
    check_plan(run.demande, tuple(planned))
    return tuple(planned)


def _sources_read(run: Run, joined: int) -> tuple[SourceLue, ...]:
    """What the report says of each source; how many identifiers were joined stands with the one that has the map."""
    holder = next((read for read in run.reads if read.identities), None)
    return tuple(r.lue.model_copy(update={"fusions": joined}) if r is holder else r.lue for r in run.reads)


def _tell_settings(run: Run) -> None:
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


def _note_certificates(run: Run) -> None:
    told = (note_certificat(read, run.demande.dossier) for read in run.reads)
    run.avertissements += [warning for warning in told if warning is not None]


def _count_establishments(run: Run, spools: ExitStack) -> Counted:
    """Every establishment, evidence written. Those set aside are only looked at, for the signs of a wrong mapping."""
    demande, counted = run.demande, Counted()
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
    supplied = {
        e.finess: settle_supplied(run, e, counted) for e in demande.etablissements if e.finess not in run.ecartes
    }
    jobs = (
        Job(e.finess, supplied.get(e.finess), run.blocks(e.finess), tuple(masters.blocks(e.finess)) if masters else ())
        for e in demande.etablissements
    )
    for outcome in count_all(jobs, Commons(place), sum(read.spool.rows for read in run.reads if read.spool)):
        counted.add(outcome)
    for read in run.reads:
        counted.observed.astray.merge(read.astray)
    return counted


def _share_identities(run: Run, spools: ExitStack) -> Spool | None:
    """What the identity map says of each establishment's persons, None without a map; cycles are refused."""
    identities = IdentityMap(read.identities for read in run.reads if read.identities)
    if not identities:
        return None
    shared = spools.enter_context(Spool(run.demande.dossier, "", HELD))
    with Spool(run.demande.dossier, "", HELD) as asked:
        identities.share(((e.finess, run.blocks(e.finess)) for e in run.demande.etablissements), asked, shared)
    return shared


def _count_og(run: Run, counted: Counted) -> FiguresOG | None:
    """Messages of the OG that belong to no establishment: a number of their own, never split."""
    demande = run.demande
    group = bring_together(run.blocks(OF_THE_OG), {}, demande.campagne.reglages, demande.fenetre)
    counted.observed.add_group(group)
    leaves = feuilles_jours(group.jours)
    if not leaves:
        return None
    number, racine = write_jours(demande.dossier, demande.ej, leaves)
    return FiguresOG(messages_mss=sum(sum_jours(leaves).values()), feuilles_jours=number, racine_jours=racine)
