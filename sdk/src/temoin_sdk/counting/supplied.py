"""What the sources that know an establishment can tell of it, and what must be said where one does not know it."""

from contextlib import suppress

from temoin_sdk.counting.facts import source_flags, window_flags
from temoin_sdk.counting.models import EtablissementDemande
from temoin_sdk.counting.plan import sites_by_finess
from temoin_sdk.counting.reading import Read
from temoin_sdk.counting.run import Counted, Run
from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.figures import Avertissement
from temoin_sdk.statement.columns import OF_THE_OG
from temoin_sdk.tally.establishment import Supplied
from temoin_sdk.tally.supply import state_of
from temoin_sdk.vocabulary import Compte, Drapeau, EtatCompte, Niveau, Relation
from temoin_sdk.windows import Fenetre


def settle_supplied(run: Run, etablissement: EtablissementDemande, counted: Counted) -> Supplied:
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
    run: Run,
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


def _warn_unknown(run: Run, etablissement: EtablissementDemande, serving: list[Read], knowing: list[Read]) -> None:
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
