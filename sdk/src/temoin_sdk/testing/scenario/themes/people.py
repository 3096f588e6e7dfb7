"""Who a row is about: records, identifiers that look alike, merged files, former residents."""

from temoin_sdk.testing.scenario.facts import Personne, Site
from temoin_sdk.testing.scenario.frame import AUTOMNE, FENETRES, HIVER, JOUR, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle

ALIKE = ("abc", "ABC", "âbc", "Abc", "0042", "42", "42.0", "4 2", "É1", "E1", "é1", "stra\u00dfe", "strasse", "QX7  ")
"""Texts that some engine or some conversion takes for one another; trailing spaces alone mean nothing."""


def dossiers(t: Trame) -> None:
    """Records have numbers too, the same as other persons'; some persons have several."""
    site = t.site()
    for rank in range(12):
        personne = t.presente(site, dossiers=1 + rank % 3)
        if rank % 4 != 3:
            _a_whole_life(t, site, personne, Regle.PERSONNE, "le fait est celui de la personne, jamais du dossier")


def identifiants(t: Trame) -> None:
    """Fourteen persons whose identifiers differ by little; every other one is active."""
    site = t.site()
    suffix = t.names.key()[-4:]
    for rank, text in enumerate(ALIKE):
        ident = f"{suffix}{text}"
        personne = t.presente(site, ident)
        if rank % 2 == 0:
            _a_whole_life(t, site, personne, Regle.IDENTIFIANT, f"identifiant « {text} », à un autre presque pareil")


def fusions(t: Trame) -> None:
    """Two and three files of one person, in a chain; facts stay under the former numbers."""
    site = t.site()
    for _ in range(3):
        first, second, third = t.presente(site), t.presente(site), t.presente(site)
        t.fusion(third, second, "doublon fusionné")
        t.fusion(second, first, "doublon fusionné à son tour : une seule personne pour trois dossiers")
        for fenetre in FENETRES:
            le = moment(site, fenetre.debut + 15 * JOUR)
            t.ecrit(site, third, le, "écriture sous l'ancien numéro : celle de la personne fusionnée", Regle.FUSION)
            t.rendez_vous(site, (second,), le, "rendez-vous sous l'ancien numéro", Regle.FUSION)
            t.depot(site, first, le, "dépôt sous le bon numéro", Regle.FUSION)


def archives(t: Trame) -> None:
    """Files archived since: what happened in a past window still counts."""
    site = t.site()
    for fenetre in (HIVER, AUTOMNE):
        for _ in range(3):
            personne = t.personne(archivee=True)
            t.sejour(
                site,
                personne,
                "partie puis archivée : accompagnée jusqu'à sa sortie",
                Regle.ARCHIVE,
                sortie=fenetre.debut + 40 * JOUR,
            )
            le = moment(site, fenetre.debut + 20 * JOUR)
            t.everything(site, personne, le, "avant l'archivage : compte", Regle.ARCHIVE)
            t.projet(
                site,
                personne,
                "actif",
                "en cours le jour de la sortie : compte",
                Regle.ARCHIVE,
                fin=fenetre.debut + 40 * JOUR,
            )


def _a_whole_life(t: Trame, site: Site, personne: Personne, regle: Regle, pourquoi: str) -> None:
    for fenetre in FENETRES:
        le = moment(site, fenetre.debut + JOUR * t.random.randrange(3, 80))
        t.ecrit(site, personne, le, pourquoi, regle)
        t.rendez_vous(site, (personne,), le, pourquoi, regle)
        t.depot(site, personne, le, pourquoi, regle)
    t.projet(site, personne, "actif", pourquoi, regle)
