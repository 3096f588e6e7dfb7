"""Reading and counting: one call, plain data in and out."""

from temoin_sdk.counting.counting import count
from temoin_sdk.counting.models import Demande, ErreurSource, EtablissementDemande, Resultat, SourceDemande

__all__ = ["Demande", "ErreurSource", "EtablissementDemande", "Resultat", "SourceDemande", "count"]
