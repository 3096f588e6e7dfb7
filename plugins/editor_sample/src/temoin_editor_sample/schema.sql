-- Residia 7, schéma de la base (SQLite). Éditeur fictif.
--
-- Comme souvent, les dates sont rangées de plusieurs façons, selon l'âge du module :
--   séjours, absences, projets        date seule                 2026-08-01
--   transmissions                     heure locale, espace       2026-08-01 09:12:00
--   soins, journal                    heure locale, T            2026-08-01T09:12:00
--   agenda                            heure locale, à la minute  2026-08-01 09:30
--   dépôts DMP                        heure de Paris (passerelle centrale), T
--   messagerie, ordonnances           secondes depuis 1970, UTC
--   cahier de liaison                 millisecondes depuis 1970, UTC
-- « Heure locale » : celle de l'établissement, telle que l'horloge du poste l'affiche.

PRAGMA user_version = 704;

CREATE TABLE parametre (
    cle     TEXT PRIMARY KEY,
    valeur  TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO parametre (cle, valeur) VALUES
    ('editeur', 'Residia (fictif)'),
    ('version', '7.4.2'),
    ('retention_journal_mois', '36');

-- Structure ----------------------------------------------------------------------------------------------------------

CREATE TABLE etablissement (
    id                  INTEGER PRIMARY KEY,
    code_interne        TEXT NOT NULL UNIQUE,
    nom                 TEXT NOT NULL,
    fuseau              TEXT NOT NULL,
    mise_en_production  TEXT NOT NULL
);

CREATE TABLE unite (
    id                INTEGER PRIMARY KEY,
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    libelle           TEXT NOT NULL
);

CREATE TABLE chambre (
    id        INTEGER PRIMARY KEY,
    unite_id  INTEGER NOT NULL REFERENCES unite (id),
    numero    TEXT NOT NULL
);

CREATE TABLE personnel (
    id                INTEGER PRIMARY KEY,
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    nom               TEXT NOT NULL,
    prenom            TEXT NOT NULL,
    fonction          TEXT NOT NULL
);

CREATE TABLE compte (
    id            INTEGER PRIMARY KEY,
    identifiant   TEXT NOT NULL UNIQUE,
    type          TEXT NOT NULL CHECK (type IN ('NOMINATIF', 'TECHNIQUE')),
    personnel_id  INTEGER REFERENCES personnel (id)
);

-- Usagers ------------------------------------------------------------------------------------------------------------

CREATE TABLE resident (
    id              INTEGER PRIMARY KEY,
    nom_naissance   TEXT NOT NULL,
    prenom          TEXT NOT NULL,
    date_naissance  TEXT,
    sexe            TEXT NOT NULL CHECK (sexe IN ('F', 'M', 'I')),
    statut_ins      TEXT NOT NULL CHECK (statut_ins IN ('PROVISOIRE', 'VALIDEE', 'QUALIFIEE'))
);

-- Deux dossiers de la même personne : l'un absorbe l'autre ; une fusion faite à tort est annulée, jamais effacée.
CREATE TABLE fusion_dossier (
    id           INTEGER PRIMARY KEY,
    absorbe_id   INTEGER NOT NULL REFERENCES resident (id),
    conserve_id  INTEGER NOT NULL REFERENCES resident (id),
    fusionne_le  TEXT NOT NULL,
    annulee_le   TEXT
);

CREATE TABLE motif_hors_projet (
    code     TEXT PRIMARY KEY,
    libelle  TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO motif_hors_projet (code, libelle) VALUES
    ('REFUS', 'La personne refuse le projet d''accueil'),
    ('ANONYME', 'Accueil anonyme'),
    ('URGENCE', 'Mise à l''abri en urgence'),
    ('BREF', 'Séjour trop bref'),
    ('INS', 'Identité non qualifiée');

CREATE TABLE sejour (
    id                 INTEGER PRIMARY KEY,
    resident_id        INTEGER NOT NULL REFERENCES resident (id),
    etablissement_id   INTEGER NOT NULL REFERENCES etablissement (id),
    date_entree        TEXT NOT NULL,
    date_sortie        TEXT,
    motif_sortie       TEXT,
    mode_accueil       TEXT NOT NULL,
    etat               TEXT NOT NULL CHECK (etat IN ('PREADMISSION', 'EN_COURS', 'CLOS', 'ANNULE')),
    motif_hors_projet  TEXT REFERENCES motif_hors_projet (code)
);
CREATE INDEX sejour_resident ON sejour (resident_id);
CREATE INDEX sejour_etablissement ON sejour (etablissement_id, date_entree);
CREATE INDEX sejour_entree ON sejour (date_entree);

-- Une absence (hospitalisation, vacances) n'est pas une sortie : le séjour continue.
CREATE TABLE absence (
    id         INTEGER PRIMARY KEY,
    sejour_id  INTEGER NOT NULL REFERENCES sejour (id),
    depart     TEXT NOT NULL,
    retour     TEXT,
    motif      TEXT NOT NULL CHECK (motif IN ('HOSPITALISATION', 'VACANCES', 'CONVENANCE'))
);
CREATE INDEX absence_sejour ON absence (sejour_id);

CREATE TABLE occupation_chambre (
    id          INTEGER PRIMARY KEY,
    chambre_id  INTEGER NOT NULL REFERENCES chambre (id),
    sejour_id   INTEGER NOT NULL REFERENCES sejour (id),
    du          TEXT NOT NULL,
    au          TEXT
);

-- Dossier ------------------------------------------------------------------------------------------------------------

CREATE TABLE transmission (
    id                INTEGER PRIMARY KEY,
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    resident_id       INTEGER NOT NULL REFERENCES resident (id),
    compte_id         INTEGER NOT NULL REFERENCES compte (id),
    saisie_le         TEXT NOT NULL,
    cible             TEXT NOT NULL,
    texte             TEXT NOT NULL
);
CREATE INDEX transmission_saisie ON transmission (saisie_le);
CREATE INDEX transmission_resident ON transmission (resident_id, saisie_le);

CREATE TABLE soin (
    id         INTEGER PRIMARY KEY,
    sejour_id  INTEGER NOT NULL REFERENCES sejour (id),
    libelle    TEXT NOT NULL,
    prevu_le   TEXT NOT NULL,
    valide_le  TEXT,
    compte_id  INTEGER REFERENCES compte (id),
    etat       TEXT NOT NULL CHECK (etat IN ('PREVU', 'FAIT', 'REFUSE'))
);
CREATE INDEX soin_validation ON soin (valide_le);

CREATE TABLE journal (
    id                INTEGER PRIMARY KEY,
    horodatage        TEXT NOT NULL,
    compte_id         INTEGER NOT NULL REFERENCES compte (id),
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    resident_id       INTEGER REFERENCES resident (id),
    action            TEXT NOT NULL CHECK (action IN ('CONNEXION', 'LECTURE', 'CREATION', 'MODIFICATION', 'IMPORT',
                                                      'TRAITEMENT', 'FACTURATION')),
    objet             TEXT NOT NULL
);
CREATE INDEX journal_horodatage ON journal (horodatage);

CREATE TABLE projet_personnalise (
    id                INTEGER PRIMARY KEY,
    resident_id       INTEGER NOT NULL REFERENCES resident (id),
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    intitule          TEXT NOT NULL,
    referent_id       INTEGER REFERENCES personnel (id)
);
CREATE INDEX projet_resident ON projet_personnalise (resident_id);

CREATE TABLE projet_version (
    id         INTEGER PRIMARY KEY,
    projet_id  INTEGER NOT NULL REFERENCES projet_personnalise (id),
    numero     INTEGER NOT NULL,
    UNIQUE (projet_id, numero)
);

-- Une ligne par état d'une version ; « jusqu_au » est le dernier jour de cet état, vide s'il dure encore.
CREATE TABLE projet_etat (
    id          INTEGER PRIMARY KEY,
    version_id  INTEGER NOT NULL REFERENCES projet_version (id),
    statut      TEXT NOT NULL CHECK (statut IN ('BROUILLON', 'A_SIGNER', 'VALIDE', 'SUSPENDU', 'CLOS', 'ABANDONNE')),
    depuis      TEXT NOT NULL,
    jusqu_au    TEXT
);
CREATE INDEX projet_etat_version ON projet_etat (version_id);
CREATE INDEX projet_etat_depuis ON projet_etat (depuis);

-- Agenda -------------------------------------------------------------------------------------------------------------

CREATE TABLE rendez_vous (
    id                INTEGER PRIMARY KEY,
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    type              TEXT NOT NULL CHECK (type IN ('INDIVIDUEL', 'GROUPE')),
    recurrence        TEXT CHECK (recurrence IN ('HEBDOMADAIRE', 'MENSUELLE')),
    objet             TEXT NOT NULL
);

CREATE TABLE occurrence (
    id              INTEGER PRIMARY KEY,
    rendez_vous_id  INTEGER NOT NULL REFERENCES rendez_vous (id),
    debut           TEXT NOT NULL,
    duree_minutes   INTEGER NOT NULL,
    etat            TEXT NOT NULL CHECK (etat IN ('PREVU', 'CONFIRME', 'REALISE', 'ANNULE'))
);
CREATE INDEX occurrence_debut ON occurrence (debut);

-- « RETIRE » : la personne ne participe plus à cette occurrence, que les autres gardent.
CREATE TABLE participation (
    id             INTEGER PRIMARY KEY,
    occurrence_id  INTEGER NOT NULL REFERENCES occurrence (id),
    resident_id    INTEGER NOT NULL REFERENCES resident (id),
    etat           TEXT NOT NULL CHECK (etat IN ('ATTENDU', 'PRESENT', 'EXCUSE', 'RETIRE'))
);
CREATE INDEX participation_occurrence ON participation (occurrence_id);

-- Messagerie sécurisée (envois) --------------------------------------------------------------------------------------

CREATE TABLE boite_mss (
    id       INTEGER PRIMARY KEY,
    adresse  TEXT NOT NULL UNIQUE
);

CREATE TABLE boite_etablissement (
    id                INTEGER PRIMARY KEY,
    boite_id          INTEGER NOT NULL REFERENCES boite_mss (id),
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    UNIQUE (boite_id, etablissement_id)
);

CREATE TABLE message_mss (
    id           INTEGER PRIMARY KEY,
    boite_id     INTEGER NOT NULL REFERENCES boite_mss (id),
    nature       TEXT NOT NULL CHECK (nature IN ('MESSAGE', 'ACCUSE_RECEPTION', 'ACCUSE_LECTURE', 'REPONSE_AUTO')),
    etat         TEXT NOT NULL CHECK (etat IN ('BROUILLON', 'EN_FILE', 'ENVOYE', 'ECHEC')),
    message_id   TEXT NOT NULL,
    resident_id  INTEGER REFERENCES resident (id),
    cree_le      INTEGER NOT NULL,
    envoye_le    INTEGER
);
CREATE INDEX message_mss_envoi ON message_mss (envoye_le);

CREATE TABLE message_destinataire (
    id            INTEGER PRIMARY KEY,
    message_id    INTEGER NOT NULL REFERENCES message_mss (id),
    adresse       TEXT NOT NULL,
    type          TEXT NOT NULL CHECK (type IN ('PS', 'PATIENT'))
);
CREATE INDEX message_destinataire_message ON message_destinataire (message_id);

-- Documents et échanges ----------------------------------------------------------------------------------------------

CREATE TABLE document (
    id                INTEGER PRIMARY KEY,
    resident_id       INTEGER NOT NULL REFERENCES resident (id),
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    type              TEXT NOT NULL
);

-- Une ligne par tentative. Une réponse perdue fait rejouer un dépôt déjà accepté : même identifiant unique.
CREATE TABLE depot_dmp (
    id                  INTEGER PRIMARY KEY,
    document_id         INTEGER NOT NULL REFERENCES document (id),
    tentative           INTEGER NOT NULL,
    etat                TEXT NOT NULL CHECK (etat IN ('EN_ATTENTE', 'ERREUR', 'DEPOSE')),
    horodatage          TEXT NOT NULL,
    code_erreur         TEXT,
    identifiant_unique  TEXT NOT NULL
);
CREATE INDEX depot_dmp_horodatage ON depot_dmp (horodatage);

CREATE TABLE ordonnance (
    id                INTEGER PRIMARY KEY,
    resident_id       INTEGER NOT NULL REFERENCES resident (id),
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    origine           TEXT NOT NULL CHECK (origine IN ('ELECTRONIQUE', 'PAPIER')),
    etat              TEXT NOT NULL CHECK (etat IN ('IMPORTEE', 'REJETEE', 'NUMERISEE')),
    numero            TEXT NOT NULL,
    recue_le          INTEGER NOT NULL
);
CREATE INDEX ordonnance_recue ON ordonnance (recue_le);

CREATE TABLE cahier_liaison (
    id                INTEGER PRIMARY KEY,
    resident_id       INTEGER NOT NULL REFERENCES resident (id),
    etablissement_id  INTEGER NOT NULL REFERENCES etablissement (id),
    sens              TEXT NOT NULL CHECK (sens IN ('INTERNE', 'VERS_PLATEFORME', 'DE_PLATEFORME')),
    etat              TEXT NOT NULL CHECK (etat IN ('ECHANGE', 'ECHEC')),
    echange_le        INTEGER NOT NULL
);
CREATE INDEX cahier_liaison_echange ON cahier_liaison (echange_le);
