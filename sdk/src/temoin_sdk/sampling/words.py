"""Numbers to open, in the words of both sides."""

from typing import Final

from temoin_sdk.errors import ConfigurationError
from temoin_sdk.evidence.leaves import DIGEST_SIZE
from temoin_sdk.rates import format_nombre
from temoin_sdk.sampling.sizing import Taille

EXPLICATION: Final = (
    "« À ouvrir » est le plus petit nombre de dossiers, tirés au sort, qui prouve la cible à 95 % si aucun n'est faux "
    "(loi hypergéométrique exacte). Sans marge, il faut les ouvrir tous. Un seul dossier faux ne réfute pas la cible : "
    "il faut alors en ouvrir davantage. Cela ne dit rien des personnes omises : elles se cherchent à partir d'une "
    "liste indépendante."
)


def describe_taille(one: Taille) -> tuple[str, str, str, str, str]:
    """Code, leaves, needed, margin, number to open; the reason in place of a number that proves nothing."""
    return (
        one.code,
        _written(one.feuilles),
        _written(one.requis),
        _written(one.marge),
        one.pourquoi or _written(one.nombre),
    )


def read_digest(text: str, option: str) -> bytes:
    """32 bytes typed as 64 hexadecimal digits. Raises ConfigurationError `empreinte_illisible`."""
    try:
        octets = bytes.fromhex(text.strip())
    except ValueError:
        octets = b""
    if len(octets) != DIGEST_SIZE:
        raise ConfigurationError(
            f"La valeur de {option} n'a pas la forme attendue.",
            remede="Donnez exactement 64 chiffres hexadécimaux (0 à 9, a à f).",
            code="empreinte_illisible",
        )
    return octets


def _written(number: int | None) -> str:
    return "–" if number is None else format_nombre(number)
