"""How a report of the past is shown: by the campaign it was made with, even if the configuration has moved on."""

from temoin_agent.configuration import Configuration
from temoin_agent.outbox.evidence import CAMPAGNE, evidence_folder
from temoin_agent.outbox.store import Outbox, SignedReport
from temoin_agent.presenting.table import View
from temoin_sdk.campaigns import Campagne, load_campaign
from temoin_sdk.conventions import Convention
from temoin_sdk.errors import CampaignError


def view_stored(configuration: Configuration, outbox: Outbox, report: SignedReport) -> View:
    """The view of a stored report. Raises CampaignError when its campaign is neither configured nor kept."""
    rapport = report.rapport
    projet = next((each for each in configuration.projets if each.code == rapport.projet), None)
    if projet is not None and projet.campagne.empreinte == rapport.campagne.empreinte:
        return View.of(rapport, projet)
    campagne = _kept_campaign(outbox, report)
    convention = projet.convention if projet is not None else Convention(code=rapport.projet, campagne=campagne.code)
    noms = {} if projet is None else {each.finess: each.nom for each in projet.etablissements}
    return View(rapport, campagne, convention, noms)


def _kept_campaign(outbox: Outbox, report: SignedReport) -> Campagne:
    path = evidence_folder(outbox.dossier, report.name) / CAMPAGNE
    loaded = load_campaign(path)
    if loaded.empreinte != report.rapport.campagne.empreinte:
        raise CampaignError(
            "La campagne gardée avec les preuves n'est pas celle que cite le rapport.",
            ou=str(path),
            remede="Restaurez le dossier de preuves de ce rapport depuis une sauvegarde.",
            code="campagne_differente",
        )
    return loaded.campagne
