"""French sentences for what exports had that is odd and tolerated."""

from collections.abc import Iterator, Mapping
from typing import Final

_ODDITIES: Final[Mapping[str, str]] = {
    "references_pendantes": "références vers une ressource absente du lot (tolérées)",
    "references_ambigues": "références qui désignent plusieurs ressources (suivies par aucune)",
    "fullurl_doubles": "« fullUrl » portés par plusieurs entrées (tolérés)",
    "doublons": "ressources présentes deux fois dans un lot (la dernière est gardée)",
    "sans_usager": "ressources qui ne mènent à aucun usager (sans effet sur les comptes)",
    "sans_identifiant": "séjours, événements ou projets sans identifiant métier",
    "usagers_sans_identifiant": "usagers sans identifiant local ni INS : reconnus dans leur lot seulement",
    "horodatages_ecartes": "« meta.lastUpdated » tous égaux, écartés : ce sont ceux de l'export",
    "ignorees": "Encounter qui ne sont ni un séjour ni un événement (non retenus)",
}


def tell_oddities(compteurs: Mapping[str, int]) -> Iterator[str]:
    """One line per kind met."""
    for name, told in _ODDITIES.items():
        if compteurs.get(name):
            yield f"{compteurs[name]} {told}"
