"""The one tree of errors, drawn here because every part speaks it.

    TemoinError
    ├── ConfigurationError      what a gestionnaire wrote: configuration, FINESS, secrets, dates
    │   ├── FinessError
    │   ├── SecretError
    │   ├── WindowError
    │   └── CampaignError
    ├── SourceError             what a plugin or the DUI behind it did
    │   ├── PluginError         broken, misnamed or incompatible plugin
    │   ├── MappingError        SQL text, column, type or row that does not fit the contract
    │   └── ConnectionRefused   the DUI's database or API could not be reached or read
    ├── InvariantError          figures that contradict each other
    ├── CertificateError        a certificate that a plugin has not earned
    ├── EnvelopeError           a signed text that must not be believed
    ├── ReportError             a report whose content is wrong
    ├── StorageError            disk, keys, outbox
    │   └── KeyFileError
    └── DeliveryError           between agent and receiver
        ├── ReceiverUnreachable
        └── ReportRefused

Every error carries two facts besides its French sentence: can the same action succeed if simply tried again
(`retryable`), and who must act (`acteur`). `code` is stable and documented; the exit code follows from the class.
"""

from enum import StrEnum
from typing import ClassVar


class Acteur(StrEnum):
    """Who must act for an error to go away."""

    GESTIONNAIRE = "gestionnaire"
    EDITEUR = "éditeur"
    ARS = "ARS"
    PERSONNE = "personne pour l'instant"


class ExitCode:
    """Exit codes of every command: a scheduler can decide on them. Documented in docs/codes-de-sortie.md."""

    OK = 0
    BUG = 1
    USAGE = 2
    CONFIGURATION = 3
    SOURCE = 4
    BLOQUE = 5
    EN_ATTENTE = 6
    REFUSE = 7
    STOCKAGE = 8
    PREUVE = 9


class TemoinError(Exception):
    """An error a person can act on.

    `message` says in French what happened, `ou` where, `remede` what to do. `code` names this very case
    (`snake_case`, stable); a class has a default one.
    """

    code: str = "erreur"
    acteur: Acteur = Acteur.PERSONNE
    retryable: bool = False
    exit_code: ClassVar[int] = ExitCode.BUG

    def __init__(
        self,
        message: str,
        *,
        remede: str,
        ou: str | None = None,
        code: str | None = None,
        acteur: Acteur | None = None,
        retryable: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remede = remede
        self.ou = ou
        if code is not None:
            self.code = code
        if acteur is not None:
            self.acteur = acteur
        if retryable is not None:
            self.retryable = retryable

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.__dict__.copy())  # it crosses from a counting process whole

    def phrase(self) -> str:
        """The whole error as a person reads it: what, where, who, how."""
        where = f"\n  Où : {self.ou}" if self.ou else ""
        act = f"\n  Qui doit agir : {self.acteur.value}\n  Que faire : {self.remede}"
        return f"{self.message}{where}{act}\n  Code : {self.code}"


def _restored(kind: type[TemoinError], state: dict[str, object]) -> TemoinError:
    error = kind.__new__(kind, state["message"])
    error.__dict__.update(state)
    return error


class ConfigurationError(TemoinError):
    """Something the gestionnaire wrote cannot be used as it stands."""

    code = "configuration"
    acteur = Acteur.GESTIONNAIRE
    exit_code = ExitCode.CONFIGURATION


class FinessError(ConfigurationError):
    """A FINESS number whose format or key is wrong."""

    code = "finess"


class SecretError(ConfigurationError):
    """A secret that is missing, unreadable or written in clear where only a reference may stand."""

    code = "secret"


class WindowError(ConfigurationError):
    """A measure window that the campaign does not know or that is not over yet."""

    code = "fenetre"


class CampaignError(ConfigurationError):
    """A campaign file that is absent or says something impossible."""

    code = "campagne"


class SourceError(TemoinError):
    """A source could not be read as the contract wants."""

    code = "source"
    acteur = Acteur.EDITEUR
    exit_code = ExitCode.SOURCE


class PluginError(SourceError):
    """A plugin is broken, misnamed, or written for another contract version."""

    code = "plugin"


class MappingError(SourceError):
    """A SQL text, a column, a type or a row does not fit the contract."""

    code = "correspondance"


class ConnectionRefused(SourceError):
    """The DUI's database or API could not be reached or refused us: the gestionnaire holds the address and password."""

    code = "connexion"
    acteur = Acteur.GESTIONNAIRE
    retryable = True


class InvariantError(TemoinError):
    """Figures of one establishment contradict each other (domain decision 11): it is blocked, never the others."""

    code = "invariant"
    acteur = Acteur.EDITEUR
    exit_code = ExitCode.BLOQUE


class CertificateError(TemoinError):
    """A certificate of conformance that cannot be issued: the plugin has not earned it, or is not what was tested."""

    code = "certificat"
    acteur = Acteur.EDITEUR
    exit_code = ExitCode.BLOQUE


class EnvelopeError(TemoinError):
    """A signed text that must not be believed; `code` names the rule it breaks."""

    code = "enveloppe"
    acteur = Acteur.GESTIONNAIRE
    exit_code = ExitCode.PREUVE


class ReportError(TemoinError):
    """A report whose bytes or content are wrong; `code` names the rule it breaks."""

    code = "rapport"
    acteur = Acteur.GESTIONNAIRE
    exit_code = ExitCode.PREUVE


class LedgerError(TemoinError):
    """A ledger that is not the continuation of what was published, or of what an agent has seen."""

    code = "registre"
    acteur = Acteur.ARS
    exit_code = ExitCode.PREUVE


class StorageError(TemoinError):
    """The disk or a file of ours could not be read or written."""

    code = "stockage"
    acteur = Acteur.GESTIONNAIRE
    retryable = True
    exit_code = ExitCode.STOCKAGE


class KeyFileError(StorageError):
    """A key file is absent, unreadable, too widely readable, or its passphrase is wrong."""

    code = "cle"
    retryable = False


class DeliveryError(TemoinError):
    """Something between agent and receiver."""

    code = "envoi"


class ReceiverUnreachable(DeliveryError):
    """The receiver did not answer, or answered that it cannot now: the report waits in the outbox."""

    code = "recepteur_injoignable"
    retryable = True
    exit_code = ExitCode.EN_ATTENTE


class ReportRefused(DeliveryError):
    """The receiver read the report and refused it."""

    code = "rapport_refuse"
    acteur = Acteur.GESTIONNAIRE
    exit_code = ExitCode.REFUSE
