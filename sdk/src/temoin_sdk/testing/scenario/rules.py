"""The rules a plugin can break, as the sentences a failing test prints. Definitions: docs/decisions/0001."""

from enum import Enum


class Regle(Enum):
    """One rule; its value is what an editor reads."""

    FENETRE = (
        "Un fait compte si son jour civil, à l'horloge de l'établissement, est dans la fenêtre : du premier jour à 0 h "
        "au dernier jour à 23 h 59, le jour de la mesure exclu."
    )
    HORLOGE = (
        "Un instant se lit à l'horloge de l'établissement, dans la zone où le logiciel l'écrit (la nature déclarée de "
        "la colonne), changements d'heure et outre-mer compris."
    )
    JOUR = "Une date sans heure est ce jour-là partout : elle se déclare Jour(), aucune heure ne s'y ajoute."
    PASSE = (
        "Une fenêtre passée se recompte : un fait plus tardif n'efface pas celui de la fenêtre (jamais de MAX(date) ni "
        "d'état actuel seul dans un SELECT)."
    )
    SEJOUR = (
        "Une personne est accompagnée si un de ses séjours recouvre la fenêtre, jour de sortie inclus, une seule fois "
        "par établissement."
    )
    SORTIE = "« sortie » est la sortie définitive : une absence ou une hospitalisation n'en est pas une."
    PREVU = "Un séjour annulé ou seulement prévu (préadmission) n'est pas un séjour."
    PERSONNE = "« usager » désigne la personne, jamais son dossier, et la même dans toutes les relations."
    IDENTIFIANT = (
        "Un identifiant se rend tel qu'il est : ni casse, ni accent, ni zéro de tête changés ; seuls les espaces de "
        "fin ne comptent pas."
    )
    FUSION = "Deux dossiers fusionnés sont une personne : la relation identites le dit."
    ETABLISSEMENT = "Un fait appartient à l'établissement où il a eu lieu, et à aucun autre."
    SITE = "La relation etablissements nomme chaque site du logiciel, occupé ou non, et rien d'autre."
    AUTEUR = (
        "Seule une personne qui écrit met un dossier à jour : automates, imports, facturation et lectures se disent "
        "« automate » ou ne se rendent pas."
    )
    PROJET = (
        "Un projet compte s'il est en préparation ou actif le dernier jour de la fenêtre, ou le jour de la sortie ; "
        "chaque état a ses dates."
    )
    STATUT = (
        "Les mots du logiciel se traduisent en ceux du contrat quelle que soit leur casse ; un mot inconnu se rend tel "
        "quel, jamais remplacé par un mot commode."
    )
    AGENDA = "Un événement daté dans la fenêtre compte, sauf annulé ; chaque membre d'un groupe en a un."
    MESSAGE = (
        "Un message envoyé compte une fois, quel que soit le nombre de ses destinataires ; brouillons, échecs, "
        "messages reçus et accusés ne sont pas des messages envoyés."
    )
    MESSAGE_OG = "Un message d'aucun établissement est celui de l'organisme : code vide, jamais réparti."
    DESTINATAIRE = "Messages aux professionnels et aux usagers se disent à part."
    DEPOT = "Seul un document entré dans le DMP est un dépôt : ni échec, ni attente."
    REUSSITE = "Seule une prescription importée, seul un échange abouti compte."
    CLE = "Un fait écrit deux fois sous la même clé est un seul fait."
    MOTIF = "Un motif de non-éligibilité se rend avec le séjour qu'il concerne, dans les mots du contrat."
    SUPPRESSION = "Une ligne marquée supprimée n'existe pas."
    ARCHIVE = "Un dossier archivé garde ses faits : ce qui a eu lieu avant compte."
    NON_FOURNI = "Ce que le logiciel ne peut pas dire est non fourni : vide, jamais 0."
