"""A campaign is data: one TOML per campaign, one strict model, a region's own file without code."""

from temoin_sdk.campaigns.loading import LoadedCampaign, list_campaigns, load_campaign, read_campaign
from temoin_sdk.campaigns.models import (
    Campagne,
    Choix,
    Cible,
    DefinitionIndicateur,
    Exemption,
    Montant,
    Reglages,
    RegleFenetre,
    Versement,
)

__all__ = [
    "Campagne",
    "Choix",
    "Cible",
    "DefinitionIndicateur",
    "Exemption",
    "LoadedCampaign",
    "Montant",
    "Reglages",
    "RegleFenetre",
    "Versement",
    "list_campaigns",
    "load_campaign",
    "read_campaign",
]
