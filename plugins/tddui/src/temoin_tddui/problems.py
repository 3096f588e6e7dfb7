"""The errors of this distribution, each said once.

A place is a file and a path inside it (`entry[3].resource.status`); no message ever quotes a value.
"""

from temoin_sdk.errors import Acteur, MappingError


class BundleRefused(MappingError):
    """A Bundle that cannot be taken in; nothing of it is kept. `place` is the path inside the Bundle."""

    code = "tddui_lot"

    def __init__(self, message: str, *, place: str, remede: str, code: str, acteur: Acteur = Acteur.EDITEUR) -> None:
        super().__init__(message, remede=remede, ou=place or None, code=code, acteur=acteur)
        self.place = place


_JSON = "Demander à l'éditeur un lot FHIR R4 en JSON, écrit en UTF-8, tel que son logiciel l'envoie."


def unreadable(reason: str, place: str) -> BundleRefused:
    """JSON that is broken or hostile."""
    return BundleRefused(f"Ce n'est pas du JSON acceptable : {reason}.", place=place, remede=_JSON, code="tddui_json")


def malformed(reason: str, place: str) -> BundleRefused:
    """JSON whose shape is not that of FHIR."""
    return BundleRefused(
        f"Ce lot n'a pas la forme de FHIR : {reason}.",
        place=place,
        remede="Transmettre ce message à l'éditeur : le chemin indiqué désigne l'élément en cause.",
        code="tddui_forme",
    )
