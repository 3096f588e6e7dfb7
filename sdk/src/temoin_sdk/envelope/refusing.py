"""How an envelope is refused: a code per rule, one remedy."""

from typing import Final, NoReturn

from temoin_sdk.errors import EnvelopeError

_REMEDE: Final = (
    "Ne tenir aucun compte de ce fichier ; demander à l'émetteur de signer et d'envoyer de nouveau avec Témoin."
)


def refuse(rule: str, message: str) -> NoReturn:
    """Raise EnvelopeError `enveloppe_` followed by the rule."""
    raise EnvelopeError(message, remede=_REMEDE, code=f"enveloppe_{rule}")


def refuse_size() -> NoReturn:
    """Raise EnvelopeError `enveloppe_taille`."""
    refuse("taille", "Ce texte est bien plus grand qu'aucun rapport ne peut l'être : il n'a pas été lu.")
