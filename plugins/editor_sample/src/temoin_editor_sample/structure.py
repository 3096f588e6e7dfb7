"""What stands before anybody is accompanied: establishments, units, rooms, staff, accounts."""

from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from temoin_editor_sample.calendrier import Calendrier
from temoin_editor_sample.etablissements import Etablissement
from temoin_editor_sample.profils import PROFILS
from temoin_editor_sample.registre import Automates, Registre, Site

_NOMS: Final = ("Témoignon", "Plume-Dorée", "Sansnom", "Crayonnet", "Boussolette", "Paravent", "Tournesol-Bleu")
_PRENOMS: Final = ("Azerty", "Pixelle", "Octave-Exemple", "Virgule", "Césure", "Apostrophe", "Parenthèse")
_FONCTIONS: Final = ("Infirmier", "Aide-soignant", "Éducateur", "Psychologue", "Secrétaire", "Cadre")
_PAR_UNITE: Final = 20


def create_automates(registre: Registre) -> Automates:
    """The three technical accounts of the software itself."""
    return Automates(
        *(registre.add("compte", nom, "TECHNIQUE", None) for nom in ("svc-reprise", "svc-nuit", "svc-facturation"))
    )


def create_site(
    registre: Registre, fiche: Etablissement, calendrier: Calendrier, automates: Automates, graine: int
) -> Site:
    """An establishment with its rooms and staff, and a random stream of its own."""
    profil = PROFILS[fiche.code]
    rang = registre.add("etablissement", fiche.code, fiche.nom, fiche.fuseau, fiche.mise_en_service.isoformat())
    site = Site(
        fiche=fiche,
        profil=profil,
        calendrier=calendrier,
        registre=registre,
        rng=Random(f"{graine}:{fiche.code}"),  # noqa: S311 # invented data, no secret
        automates=automates,
        id=rang,
        fuseau=ZoneInfo(fiche.fuseau),
    )
    _furnish(site)
    _hire(site)
    return site


def _furnish(site: Site) -> None:
    unite = 0
    for numero in range(site.profil.chambres):
        if numero % _PAR_UNITE == 0:
            unite = site.registre.add("unite", site.id, f"Unité {1 + numero // _PAR_UNITE}")
        site.chambres.append(site.registre.add("chambre", unite, f"{100 + numero}"))


def _hire(site: Site) -> None:
    rng = site.rng
    for rang in range(4 + site.profil.personnes // 14):
        nom, prenom = rng.choice(_NOMS), rng.choice(_PRENOMS)
        personnel = site.registre.add("personnel", site.id, nom, prenom, _FONCTIONS[rang % len(_FONCTIONS)])
        site.personnels.append(personnel)
        site.comptes.append(
            site.registre.add("compte", f"{site.fiche.code.lower()}-{rang + 1:02}", "NOMINATIF", personnel)
        )
