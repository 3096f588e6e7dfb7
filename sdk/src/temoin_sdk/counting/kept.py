"""Which figures stand: not those that a sign of a wrong mapping or a broken invariant sets aside."""

from temoin_sdk.counting.run import Counted, Run
from temoin_sdk.errors import Acteur
from temoin_sdk.evidence import remove_evidence
from temoin_sdk.figures import Avertissement, Ecarte, Figures, check_invariants
from temoin_sdk.tally.signs import Sign, find_signs
from temoin_sdk.vocabulary import Drapeau, MotifEcart, Niveau, Relation


def keep(run: Run, counted: Counted) -> tuple[Figures, ...]:
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


def _check(run: Run, figures: Figures) -> None:
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


def _tell_signs(run: Run, signs: tuple[Sign, ...]) -> None:
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
