"""One TOML file that says everything this installation must know, and no secret."""

from temoin_agent.configuration.loading import load_configuration
from temoin_agent.configuration.models import (
    Cles,
    Configuration,
    Etablissement,
    Gestionnaire,
    Projet,
    Recepteur,
    SourceConfiguree,
)

__all__ = [
    "Cles",
    "Configuration",
    "Etablissement",
    "Gestionnaire",
    "Projet",
    "Recepteur",
    "SourceConfiguree",
    "load_configuration",
]
