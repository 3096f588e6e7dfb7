"""The closed lists of French domain words that cross every part: counts, states, levels, flags, sectors, reasons.

A report can hold only these words, integers, civil dates, bounded names of software and hashes; adding a word here
is a change of the contract. Sources: the calls for projects of the programme « ESMS numérique » and the provisional
decisions recorded in docs/decisions.
"""

from enum import IntEnum, StrEnum


class Secteur(StrEnum):
    """Sector of an ESSMS as the programme names them."""

    PA = "PA"
    PH = "PH"
    DOM = "DOM"
    PDE = "PDE"
    PDS = "PDS"
    AHI = "AHI"
    PJM = "PJM"


class Compte(StrEnum):
    """The ten counts of an establishment in a window, in the order every table shows them."""

    PERSONNES_ACCOMPAGNEES = "personnes_accompagnees"
    PERSONNES_ELIGIBLES = "personnes_eligibles"
    DOSSIERS_ACTIFS = "dossiers_actifs"
    DOSSIERS_ACTIFS_PROJET = "dossiers_actifs_projet"
    DOSSIERS_ACTIFS_AGENDA = "dossiers_actifs_agenda"
    MESSAGES_MSS = "messages_mss"
    DMP_ALIMENTES = "dmp_alimentes"
    DOCUMENTS_DMP = "documents_dmp"
    PRESCRIPTIONS_IMPORTEES = "prescriptions_importees"
    ECHANGES_EPARCOURS = "echanges_eparcours"


class Relation(StrEnum):
    """The relations of the contract: where facts are, never what they mean."""

    ETABLISSEMENTS = "etablissements"
    SEJOURS = "sejours"
    MISES_A_JOUR = "mises_a_jour"
    PROJETS = "projets"
    EVENEMENTS = "evenements"
    MESSAGES_MSS = "messages_mss"
    DEPOTS_DMP = "depots_dmp"
    PRESCRIPTIONS = "prescriptions"
    ECHANGES_EPARCOURS = "echanges_eparcours"
    IDENTITES = "identites"


class EtatCompte(StrEnum):
    """Why a count is a number or null. Null is never 0 (domain decision 10)."""

    FOURNI = "fourni"
    NON_FOURNI = "non_fourni"
    INCONNU_DE_LA_SOURCE = "inconnu_de_la_source"
    BLOQUE = "bloque"


class Niveau(StrEnum):
    """Level of proof of a figure (domain decision 14), strongest first."""

    FAITS = "faits"
    COMPTES = "comptes"
    DECLARE = "declare"


class EtatIndicateur(StrEnum):
    """State of an indicator against its target (domain decision 10).

    SANS_CIBLE is a measured figure on which no target is imposed.
    """

    ATTEINT = "atteint"
    NON_ATTEINT = "non_atteint"
    NON_MESURABLE = "non_mesurable"
    NON_FOURNI = "non_fourni"
    SANS_OBJET = "sans_objet"
    SANS_CIBLE = "sans_cible"


class Mesure(StrEnum):
    """Kind of measure (domain decision 2)."""

    INITIALE = "initiale"
    INTERMEDIAIRE = "intermediaire"
    SOLDE = "solde"


class Drapeau(StrEnum):
    """Honesty flags of an establishment's figures, and facts of its window (domain decisions 4, 5, 7, 13)."""

    AUTEUR_INCONNU = "auteur_inconnu"
    """Updates without an author are counted as a person's. A plugin declares it, or rows without `auteur` raise it."""
    DERNIERE_MAJ_SEULE = "derniere_maj_seule"
    """The software keeps the latest update of a record only: earlier windows come out too low. A plugin declares it."""
    ETAT_COURANT_SEUL = "etat_courant_seul"
    """The software keeps the present state of a project, without dates. A plugin declares it."""
    MAJ_PAR_DATES = "maj_par_dates"
    """Updates are told from dates beside the facts, not from a journal of writings."""
    MAJ_PAR_COMPARAISON = "maj_par_comparaison"
    """Updates are told from what differs between two exports."""
    MSS_PARTAGEE = "mss_partagee"
    """The OG has messages of its own, which no establishment is given."""
    DESTINATAIRE_INCONNU = "destinataire_inconnu"
    """Some messages do not say to whom they went; they count."""
    DEMARRAGE_RECENT = "demarrage_recent"
    """The software went live less than three months before the end of the window."""
    OUVERTURE_DANS_LA_FENETRE = "ouverture_dans_la_fenetre"
    """The establishment opened within the window."""
    FERMETURE_DANS_LA_FENETRE = "fermeture_dans_la_fenetre"
    """The establishment closed within the window."""
    CHANGEMENT_DE_LOGICIEL = "changement_de_logiciel"
    """Two softwares were in use within the window."""
    CORRESPONDANCE_DOUTEUSE = "correspondance_douteuse"
    """Rows fit nowhere in a share that points to a wrong mapping; a warning names them."""


class StatutProjet(IntEnum):
    """State of a projet personnalisé. The number is its code in a détail and in the statement; 0 there means none.

    Only EN_PREPARATION and ACTIF count (domain decision 5). When several stand on the same day the highest code wins,
    which is why ACTIF is the highest.
    """

    ANNULE = 1
    TERMINE = 2
    SUSPENDU = 3
    EN_PREPARATION = 4
    ACTIF = 5


class StatutEvenement(StrEnum):
    """State of an agenda event; of these only ANNULE is excluded (domain decision 6)."""

    PLANIFIE = "planifie"
    VALIDE = "valide"
    TERMINE = "termine"
    ANNULE = "annule"


class Auteur(StrEnum):
    """Who wrote: only HUMAIN makes a dossier active (domain decision 4)."""

    HUMAIN = "humain"
    AUTOMATE = "automate"


class Destinataire(StrEnum):
    """To whom an MSSanté message went; shown apart (domain decision 7)."""

    PROFESSIONNEL = "professionnel"
    USAGER = "usager"


class MotifNonEligible(IntEnum):
    """Why a person cannot benefit from a projet d'accueil (domain decision 9); the number is its code in a détail.

    The list is ours and provisional; a campaign names the reasons it admits. A reason that is not admitted or not
    known never shrinks a denominator: the person stays eligible and a warning says so.
    """

    REFUS_USAGER = 1
    ACCUEIL_ANONYME = 2
    ACCUEIL_URGENCE = 3
    SEJOUR_BREF = 4
    IDENTITE_NON_QUALIFIEE = 5
    AUTRE = 6


class RelationJour(IntEnum):
    """What a day leaf counts; the number is its code in the leaf.

    DMP_HORS_SEJOUR counts persons, not documents: those with a deposit and no stay in the window, at the day of their
    latest deposit. It makes the setting `sans_condition` recomputable, since persons without a stay have no leaf.
    """

    MESSAGES_MSS_PROFESSIONNEL = 1
    MESSAGES_MSS_USAGER = 2
    MESSAGES_MSS_INCONNU = 3
    DOCUMENTS_DMP = 4
    PRESCRIPTIONS = 5
    ECHANGES_EPARCOURS = 6
    DMP_HORS_SEJOUR = 7


class MotifCorrection(StrEnum):
    """Why a report replaces another (domain decision 15)."""

    SAISIE_TARDIVE = "saisie_tardive"
    ERREUR_SOURCE = "erreur_source"
    ERREUR_CONFIGURATION = "erreur_configuration"
    MISE_A_JOUR_PLUGIN = "mise_a_jour_plugin"
    AUTRE = "autre"


class MotifEcart(StrEnum):
    """Why an establishment of the project has no figures in a report."""

    INVARIANT = "invariant"
    CORRESPONDANCE = "correspondance"
    SOURCE_ILLISIBLE = "source_illisible"


class NiveauEpreuve(StrEnum):
    """Whether a certificate of conformance needs this test of the kit."""

    OBLIGATOIRE = "obligatoire"
    RECOMMANDE = "recommande"


class EtatEpreuve(StrEnum):
    """How a test of the kit ended; IGNOREE always has a reason."""

    REUSSIE = "reussie"
    ECHOUEE = "echouee"
    IGNOREE = "ignoree"


class Voie(StrEnum):
    """How the kit's data came: from its scenario, or from the editor's demo database and his sheet of persons."""

    SCENARIO = "scenario"
    FEUILLE = "feuille"


class ContenuCertifie(StrEnum):
    """What the content hash of a certificate covers: a whole package folder, one module file, or one mapping file."""

    PAQUET = "paquet"
    MODULE = "module"
    MAPPING = "mapping"
