-- The same resources in tables, one per kind and one per repeated part. Every instant stays in the spelling it came in.

CREATE TABLE organization (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE patient (id TEXT PRIMARY KEY, last_updated TEXT NOT NULL);
CREATE TABLE healthcare_service (
    id TEXT PRIMARY KEY,
    provided_by TEXT NOT NULL REFERENCES organization (id)
);
CREATE TABLE encounter (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    subject TEXT NOT NULL REFERENCES patient (id),
    service_provider TEXT NOT NULL REFERENCES organization (id),
    period_start TEXT NOT NULL,
    period_end TEXT,
    last_updated TEXT NOT NULL
);
CREATE TABLE episode_of_care (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    patient TEXT NOT NULL REFERENCES patient (id),
    managing_organization TEXT NOT NULL REFERENCES organization (id),
    period_start TEXT NOT NULL,
    period_end TEXT
);
CREATE TABLE care_plan (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    subject TEXT NOT NULL REFERENCES patient (id)
);
CREATE TABLE appointment (id TEXT PRIMARY KEY, status TEXT NOT NULL, start TEXT NOT NULL);
CREATE TABLE appointment_participant (
    appointment TEXT NOT NULL REFERENCES appointment (id),
    actor_kind TEXT NOT NULL,
    actor TEXT NOT NULL
);
CREATE TABLE communication (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    sender_kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    sent TEXT
);
CREATE TABLE communication_category (communication TEXT NOT NULL REFERENCES communication (id), code TEXT NOT NULL);
CREATE TABLE communication_recipient (
    communication TEXT NOT NULL REFERENCES communication (id),
    recipient_kind TEXT NOT NULL,
    recipient TEXT NOT NULL
);
CREATE TABLE document_reference (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    subject TEXT NOT NULL REFERENCES patient (id),
    custodian TEXT NOT NULL REFERENCES organization (id),
    date TEXT NOT NULL
);
CREATE TABLE document_category (document TEXT NOT NULL REFERENCES document_reference (id), code TEXT NOT NULL);
CREATE TABLE medication_request (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    encounter TEXT NOT NULL REFERENCES encounter (id),
    authored_on TEXT NOT NULL
);
CREATE TABLE medication_identifier (
    medication_request TEXT NOT NULL REFERENCES medication_request (id),
    system TEXT NOT NULL,
    value TEXT NOT NULL
);

CREATE INDEX appointment_participants ON appointment_participant (appointment);
CREATE INDEX communication_categories ON communication_category (communication);
CREATE INDEX communication_recipients ON communication_recipient (communication);
CREATE INDEX document_categories ON document_category (document);
CREATE INDEX medication_identifiers ON medication_identifier (medication_request);
