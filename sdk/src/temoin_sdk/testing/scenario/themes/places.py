"""Where a fact belongs: one establishment, another, none, a place outside the project."""

from temoin_sdk.testing.scenario.frame import FENETRES, JOUR, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle


def deux_etablissements(t: Trame) -> None:
    """One person accompanied in two places at once; only one of them works with her record."""
    ici, ailleurs = t.site(), t.site()
    for _ in range(5):
        personne = t.presente(ici)
        t.sejour(ailleurs, personne, "accompagnée aussi dans l'autre établissement", Regle.ETABLISSEMENT)
        t.actif(ici, personne)
        for fenetre in FENETRES:
            le = moment(ici, fenetre.debut + 9 * JOUR)
            t.rendez_vous(ici, (personne,), le, "rendez-vous d'ici, pas de l'autre établissement", Regle.ETABLISSEMENT)
            t.depot(ici, personne, le, "dépôt d'ici, pas de l'autre établissement", Regle.ETABLISSEMENT)
        t.projet(ici, personne, "actif", "projet d'ici, pas de l'autre établissement", Regle.ETABLISSEMENT)


def personne_nulle_part(t: Trame) -> None:
    """A place the software knows where nobody lives: an honest 0, not an unknown place."""
    t.site()


def isolement(t: Trame) -> None:
    """Messages, prescriptions and exchanges of neighbours, in different numbers."""
    for number, site in enumerate((t.site(), t.site(), t.site()), start=1):
        t.actif(site, t.presente(site))
        for fenetre in FENETRES:
            for rank in range(number * 3):
                le = moment(site, fenetre.debut + rank * JOUR)
                t.message(site, le, f"message de l'établissement {site.code} seul", Regle.ETABLISSEMENT)
                t.ordonnance(site, le, f"prescription de {site.code} seul", Regle.ETABLISSEMENT)
                t.echange(site, le, f"échange de {site.code} seul", Regle.ETABLISSEMENT)


def sites_inconnus(t: Trame) -> None:
    """A lively place outside the project, with a person who is known inside too."""
    dedans, dehors = t.site(), t.site(du_projet=False)
    for rank in range(8):
        personne = t.presente(dehors)
        t.actif(dehors, personne)
        if rank % 2:
            t.sejour(dedans, personne, "accompagnée aussi dans le projet, où personne n'a écrit", Regle.ETABLISSEMENT)
        for fenetre in FENETRES:
            le = moment(dehors, fenetre.debut + 20 * JOUR)
            pourquoi = "fait d'un site hors du projet : ne compte pour personne"
            t.everything(dehors, personne, le, pourquoi, Regle.ETABLISSEMENT)
    t.actif(dedans, t.presente(dedans))


def messages_og(t: Trame) -> None:
    """A mailbox of the OG's own: counted once, apart, never given to an establishment."""
    site = t.site()
    t.actif(site, t.presente(site))
    for fenetre in FENETRES:
        for rank in range(7):
            t.message(
                None, moment(site, fenetre.debut + rank * JOUR), "message de la boîte de l'organisme", Regle.MESSAGE_OG
            )
        t.message(site, moment(site, fenetre.debut), "message de l'établissement", Regle.MESSAGE_OG)
        t.message(None, moment(site, fenetre.debut - JOUR), "message de l'organisme avant la fenêtre", Regle.FENETRE)
