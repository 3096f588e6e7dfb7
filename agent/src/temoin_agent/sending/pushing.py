"""Send everything that waits, oldest first; one bad report or one silent receiver never holds the others back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from temoin_agent.configuration.models import Recepteur
from temoin_agent.outbox.evidence import file_receipt
from temoin_agent.outbox.names import ReportName
from temoin_agent.outbox.refusals import ProblemDetails, Refus
from temoin_agent.outbox.store import Entry, Etat, Outbox, SignedReport
from temoin_agent.registry.asking import Registry
from temoin_agent.registry.reviewing import Identity, known_reports, review
from temoin_agent.registry.watching import Watch
from temoin_agent.sending.answers import ReceiverBusy
from temoin_agent.sending.receipts import verify_receipt
from temoin_agent.sending.retrying import Patience, send
from temoin_agent.sending.transport import Connection
from temoin_sdk.errors import (
    ConfigurationError,
    EnvelopeError,
    LedgerError,
    ReceiverUnreachable,
    ReportError,
    ReportRefused,
    StorageError,
    TemoinError,
)
from temoin_sdk.report.bounded import spell_instant
from temoin_sdk.report.receipt import Recu

_SILENT = frozenset({"recepteur_injoignable", "certificat_recepteur"})


class Issue(StrEnum):
    """What became of one file of the outbox."""

    ACCUSE = "accusé"
    REFUSE = "refusé"
    ATTEND = "en attente"
    ECARTE = "mis en quarantaine"
    REGISTRE = "à regarder"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one file, or what its ledger shows of a receiver. `name` is None without a name of ours."""

    fichier: str
    name: ReportName | None
    issue: Issue
    error: TemoinError | None = None
    recu: Recu | None = None
    refus: Refus | None = None


def push(
    outbox: Outbox,
    recepteurs: Iterable[Recepteur],
    identity: Identity,
    patience: Patience,
    now: Callable[[], datetime],
) -> list[Outcome]:
    """Try every waiting report, then read what the ledgers say of us. To be called under the lock, after `recover`.

    Raises StorageError when this machine's disk fails: what the receiver kept is answered again at the next try.
    """
    outcomes = [
        _set_aside(outbox, path, f"{path.name} n'est pas un rapport signé par Témoin.") for path in outbox.strangers()
    ]
    waiting: list[tuple[Entry, SignedReport]] = []
    for entry in outbox.entries(Etat.A_ENVOYER):
        try:
            waiting.append((entry, outbox.read(entry)))
        except (EnvelopeError, ReportError, StorageError) as error:
            outcomes.append(_set_aside(outbox, entry.path, error.message, entry.name))
    waiting.sort(key=lambda pair: pair[1].rapport.numero)
    with ExitStack() as stack:
        sender = _Sender(outbox, {each.origine: each for each in recepteurs}, patience, now, stack)
        outcomes += [sender.send(entry, report) for entry, report in waiting]
        outcomes += sender.review(identity)
    return outcomes


class _Sender:
    """Holds one connection per receiver, and what is known of those that failed."""

    def __init__(
        self,
        outbox: Outbox,
        recepteurs: dict[str, Recepteur],
        patience: Patience,
        now: Callable[[], datetime],
        stack: ExitStack,
    ) -> None:
        self.outbox = outbox
        self.recepteurs = recepteurs
        self.patience = patience
        self.now = now
        self.stack = stack
        self.connections: dict[str, Connection] = {}
        self.watches: dict[str, Watch] = {}
        self.failed: dict[str, ReceiverUnreachable] = {}
        self.broken: dict[str, LedgerError] = {}

    def send(self, entry: Entry, report: SignedReport) -> Outcome:
        recepteur = self.recepteurs.get(report.rapport.destinataire)
        if recepteur is None:
            return self._waits(entry, _no_receiver(report))
        earlier = self.failed.get(recepteur.origine)
        if earlier is not None and _is_silent(earlier, self.patience):
            return self._waits(entry, earlier)
        broken = self.broken.get(recepteur.origine)
        if broken is not None:
            return self._waits(entry, broken)
        patience = self.patience if earlier is None else self.patience.once()
        try:
            answer = send(self._connection(recepteur), report.jws, patience)
            if isinstance(answer, ProblemDetails):
                return self._refused(entry, answer)
            return self._acknowledged(entry, report, answer, recepteur)
        except ReceiverUnreachable as error:
            self.failed[recepteur.origine] = error
            return self._waits(entry, error)
        except LedgerError as error:
            self.broken[recepteur.origine] = error
            return self._waits(entry, error)
        except EnvelopeError as error:
            return self._waits(entry, error)

    def review(self, identity: Identity) -> Iterator[Outcome]:
        """What the ledgers that were asked say of this organisme and that nothing here explains."""
        for origine, watch in self.watches.items():
            if origine in self.broken or origine in self.failed:
                continue
            try:
                review(watch, identity, lambda: known_reports(self.outbox))
            except (LedgerError, ReceiverUnreachable) as error:
                yield Outcome(f"registre du récepteur « {watch.recepteur.code} »", None, Issue.REGISTRE, error=error)

    def _watch(self, recepteur: Recepteur) -> Watch:
        if recepteur.origine not in self.watches:
            registry = Registry(self._connection(recepteur), self.patience)
            self.watches[recepteur.origine] = Watch(self.outbox.dossier, recepteur, registry)
        return self.watches[recepteur.origine]

    def _connection(self, recepteur: Recepteur) -> Connection:
        if recepteur.origine not in self.connections:
            connection = Connection(recepteur, self.patience.delays)
            self.connections[recepteur.origine] = self.stack.enter_context(connection)
        return self.connections[recepteur.origine]

    def _acknowledged(self, entry: Entry, report: SignedReport, jws: str, recepteur: Recepteur) -> Outcome:
        recu = verify_receipt(jws, report, recepteur)
        self._watch(recepteur).believe(recu)
        self.outbox.acknowledge(entry, jws)
        file_receipt(self.outbox.dossier, entry.name, jws)
        return Outcome(entry.path.name, entry.name, Issue.ACCUSE, recu=recu)

    def _refused(self, entry: Entry, problem: ProblemDetails) -> Outcome:
        refus = Refus(le=spell_instant(self.now()), probleme=problem)
        self.outbox.refuse(entry, refus)
        return Outcome(entry.path.name, entry.name, Issue.REFUSE, error=refused_error(refus), refus=refus)

    def _waits(self, entry: Entry, error: TemoinError) -> Outcome:
        return Outcome(entry.path.name, entry.name, Issue.ATTEND, error=error)


def refused_error(refus: Refus) -> ReportRefused:
    """The refusal as an error of ours, with every problem the receiver named."""
    problem = refus.probleme
    lines = [f"Le récepteur a refusé le rapport : {problem.phrase}"]
    told = [each for each in problem.problemes if each.finess or each.message != problem.phrase]
    for each in told:
        whom = f"{each.finess} : " if each.finess else ""
        lines.append(f"  - {whom}{each.message or each.code}")
    return ReportRefused(
        "\n".join(lines),
        remede=problem.remede
        or "Corrigez la cause avec l'ARS, puis « temoin outbox retry » ou un nouveau « temoin run ».",
        code=problem.code,
    )


def _set_aside(outbox: Outbox, path: Path, why: str, name: ReportName | None = None) -> Outcome:
    remede = (
        f"Regardez ce fichier, puis « temoin outbox retry {name.repere} » s'il est réparé : "
        "sa copie gardée avec les preuves sert à défaut."
        if name is not None
        else "Reprenez ce fichier s'il est à vous : seuls les rapports signés par Témoin vont dans ce dossier."
    )
    outbox.quarantine(path, f"{why}\n{remede}")
    error = StorageError(why, ou=str(path), remede=remede, code="quarantaine", retryable=False)
    return Outcome(path.name, name, Issue.ECARTE, error=error)


def _is_silent(error: ReceiverUnreachable, patience: Patience) -> bool:
    """True when asking again for another report would be useless, or sooner than the receiver asked for."""
    if isinstance(error, ReceiverBusy):
        return error.attendre is not None and error.attendre > patience.longest_asked
    return error.code in _SILENT


def _no_receiver(report: SignedReport) -> ConfigurationError:
    return ConfigurationError(
        f"Aucun récepteur de la configuration n'a pour origine « {report.rapport.destinataire} », "
        "à qui ce rapport est destiné.",
        remede="Remettez ce récepteur dans [[recepteurs]] ; le rapport attend.",
        code="recepteur_absent",
    )
