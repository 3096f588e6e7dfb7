"""Every error of a configuration at once: each says where in the file, what is wrong and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from temoin_sdk.errors import ConfigurationError, SecretError

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Probleme:
    """One error. `ou` is the table with its number and name, then the field; never the value of a secret."""

    ou: str
    message: str
    remede: str
    code: str = "configuration"
    secret: bool = False


def configuration_error(problemes: Sequence[Probleme], fichier: Path) -> ConfigurationError:
    """One exception for all `problemes` (at least one); a single one keeps its own code and remedy."""
    classe = SecretError if all(probleme.secret for probleme in problemes) else ConfigurationError
    if len(problemes) == 1:
        seul = problemes[0]
        return classe(seul.message, ou=f"{fichier}, {seul.ou}", remede=seul.remede, code=seul.code)
    lignes = [f"La configuration comporte {len(problemes)} erreurs :"]
    for rang, probleme in enumerate(problemes, start=1):
        lignes.append(f"  {rang}. {probleme.ou}")
        lignes.append(f"     {probleme.message}")
        lignes.append(f"     Que faire : {probleme.remede}")
    return classe(
        "\n".join(lignes),
        ou=str(fichier),
        remede="Corrigez ces points dans l'ordre que vous voulez, puis relancez la même commande.",
    )


def nearest(word: str, known: Sequence[str]) -> str:
    """« Vouliez-vous dire … ? » when one of `known` looks like `word`, then the list of what is admitted."""
    listed = ", ".join(sorted(known)[:_LISTED]) or "aucun"
    if len(known) > _LISTED:
        listed += "…"
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    hint = f"Vouliez-vous dire « {close[0]} » ? " if close else ""
    return f"{hint}Noms admis : {listed}."
