"""How a figure comes about: the rows each relation gave, what each rule dropped, the numerator, the denominator."""

from temoin_sdk.explaining.explaining import explain, find_indicateur
from temoin_sdk.explaining.models import Absente, Ecartees, Etape, Explication, Tri

__all__ = ["Absente", "Ecartees", "Etape", "Explication", "Tri", "explain", "find_indicateur"]
