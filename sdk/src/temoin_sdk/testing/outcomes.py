"""What a run of the kit found: the models stand with the certificates, which are read where pytest is not installed."""

from temoin_sdk.certificates.releves import EpreuvePassee, Releve, Releves
from temoin_sdk.vocabulary import EtatEpreuve, NiveauEpreuve, Voie

__all__ = ["EpreuvePassee", "EtatEpreuve", "NiveauEpreuve", "Releve", "Releves", "Voie"]
