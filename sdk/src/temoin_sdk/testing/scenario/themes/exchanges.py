"""What leaves or enters the software: messages, deposits, prescriptions, exchanges."""

from temoin_sdk.testing.scenario.facts import EtatDepot, EtatEchange, EtatMessage
from temoin_sdk.testing.scenario.frame import FENETRES, JOUR, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle

_MESSAGES = {
    EtatMessage.ENVOYE: (5, "message envoyé : compte"),
    EtatMessage.BROUILLON: (4, "brouillon : pas un message envoyé"),
    EtatMessage.RECU: (9, "message reçu : pas un message envoyé"),
    EtatMessage.ACCUSE: (6, "accusé ou réponse automatique : personne ne l'a écrit"),
}


def etats_des_messages(t: Trame) -> None:
    """Sent, drafts, received, receipts, in different numbers."""
    site = t.site()
    t.actif(site, t.presente(site))
    for fenetre in FENETRES:
        for etat, (number, pourquoi) in _MESSAGES.items():
            for rank in range(number):
                t.message(site, moment(site, fenetre.debut + rank * JOUR), pourquoi, Regle.MESSAGE, etat=etat)


def copies(t: Trame) -> None:
    """One message to many, to professionals and to usagers."""
    site = t.site()
    t.actif(site, t.presente(site))
    for fenetre in FENETRES:
        for rank, number in enumerate((1, 2, 50)):
            le = moment(site, fenetre.debut + rank * 9 * JOUR)
            t.message(site, le, f"un message à {number} destinataires : un message", Regle.MESSAGE, copies=number)


def destinataires(t: Trame) -> None:
    """To professionals and to usagers, told apart."""
    site = t.site()
    t.actif(site, t.presente(site))
    for fenetre in FENETRES:
        for destinataire, number in (("professionnel", 4), ("usager", 3)):
            for rank in range(number):
                le = moment(site, fenetre.debut + rank * 5 * JOUR)
                told = f"message à un {destinataire}"
                t.message(site, le, told, Regle.DESTINATAIRE, destinataire=destinataire)


def deux_fois(t: Trame) -> None:
    """A message that the software wrote down twice, or three times."""
    site = t.site()
    t.actif(site, t.presente(site))
    for fenetre in FENETRES:
        for rank, times in enumerate((1, 2, 3)):
            le = moment(site, fenetre.debut + rank * 8 * JOUR)
            t.message(site, le, f"un message écrit {times} fois sous sa clé : un message", Regle.CLE, journalise=times)


def echecs(t: Trame) -> None:
    """Deposits, messages, prescriptions and exchanges that failed or wait."""
    site = t.site()
    for fenetre in FENETRES:
        le = moment(site, fenetre.debut + 11 * JOUR)
        for etat in EtatDepot:
            personne = t.presente(site)
            t.actif(site, personne, (fenetre,))
            counts = "compte" if etat is EtatDepot.REUSSI else "ne compte pas"
            t.depot(site, personne, le, f"dépôt « {etat.value} » : {counts}", Regle.DEPOT, etat=etat)
        retried = t.presente(site)
        t.depot(site, retried, le, "premier essai en échec : ne compte pas", Regle.DEPOT, etat=EtatDepot.ECHEC)
        t.depot(site, retried, moment(site, fenetre.debut + 12 * JOUR), "second essai réussi : compte", Regle.DEPOT)
        t.message(site, le, "message dont l'envoi a échoué : ne compte pas", Regle.MESSAGE, etat=EtatMessage.ECHEC)
        for issue, number in ((EtatEchange.REUSSI, 3), (EtatEchange.ECHEC, 2)):
            counts = "compte" if issue is EtatEchange.REUSSI else "ne compte pas"
            for rank in range(number):
                at = moment(site, fenetre.debut + rank * 6 * JOUR)
                t.ordonnance(site, at, f"prescription « {issue.value} » : {counts}", Regle.REUSSITE, etat=issue)
                t.echange(site, at, f"échange « {issue.value} » : {counts}", Regle.REUSSITE, etat=issue)
