"""What became of measures and reports, one line each, and the one sentence about what to do next."""

from rich.console import Console

from temoin_agent.outbox.evidence import evidence_folder
from temoin_agent.outbox.names import ReportName
from temoin_agent.outbox.store import Etat, Outbox
from temoin_agent.presenting.words import moment, plural
from temoin_agent.sending.pushing import Issue, Outcome
from temoin_agent.signing import Step, Suite
from temoin_sdk.errors import ExitCode, TemoinError
from temoin_sdk.report.messages import receipt_remarks
from temoin_sdk.report.receipt import Recu
from temoin_sdk.vocabulary import MotifCorrection

_SUITE_EXIT = {
    Suite.SIGNE: ExitCode.OK,
    Suite.INCHANGE: ExitCode.OK,
    Suite.DEJA_REFUSE: ExitCode.REFUSE,
    Suite.A_CORRIGER: ExitCode.BLOQUE,
}

_ENTRY_WORDS = {
    Etat.A_ENVOYER: "qui attend d'être envoyé",
    Etat.ACCUSE: "déjà accusé par le récepteur",
    Etat.REFUSE: "refusé par le récepteur",
    Etat.QUARANTAINE: "en quarantaine",
}


def describe_name(name: ReportName) -> str:
    """A report as people call it: project, window, version."""
    return f"{name.projet}, {name.fenetre.libelle()}, version {name.version} (repère {name.repere})"


def show_step(console: Console, step: Step, outbox: Outbox) -> int:
    """Print what a measure led to; the exit code it calls for."""
    name = step.entry.name
    match step.suite:
        case Suite.SIGNE:
            console.print(f"Rapport signé : version {name.version}, rang {step.report.rapport.numero} de la chaîne.")
            console.print(f"  Preuves : {evidence_folder(outbox.dossier, name)}", soft_wrap=True)
        case Suite.INCHANGE:
            console.print(
                f"Chiffres inchangés depuis la version {name.version}, {_ENTRY_WORDS[step.entry.etat]} : "
                "aucun nouveau rapport n'est signé."
            )
            if step.preuves_changees:
                console.print(
                    "  Des dossiers ont changé depuis, sans changer les chiffres : les preuves gardées sont celles de "
                    "ce rapport."
                )
        case Suite.DEJA_REFUSE:
            console.print(
                f"Ces mêmes chiffres ont été refusés par le récepteur (repère {name.repere}).", style="bold red"
            )
            console.print(
                f"  Que faire : « temoin outbox show {name.repere} » dit pourquoi ; la cause corrigée, "
                f"« temoin outbox retry {name.repere} » le renvoie."
            )
        case Suite.A_CORRIGER:
            console.print(
                f"Les chiffres ont changé depuis la version {name.version}, {_ENTRY_WORDS[step.entry.etat]} : "
                "rien n'est signé.",
                style="bold red",
            )
            console.print(
                f"  Que faire : relancez avec --corriger et le motif ({', '.join(MotifCorrection)}) pour envoyer une "
                "version corrigée."
            )
    return _SUITE_EXIT[step.suite]


def show_outcome(console: Console, outcome: Outcome, fuseau: str) -> int:
    """Print what became of one file; the exit code it calls for."""
    what = outcome.fichier if outcome.name is None else describe_name(outcome.name)
    if outcome.recu is not None:
        received = moment(outcome.recu.recu_le, fuseau)
        console.print(f"Accusé : {what}", style="green")
        console.print(f"  Reçu par le récepteur le {received}, réception n° {outcome.recu.reception}, accusé vérifié.")
        show_receipt_remarks(console, outcome.recu)
        return ExitCode.OK
    console.print(
        f"{outcome.issue.value.capitalize()} : {what}", style="yellow" if outcome.issue is Issue.ATTEND else "bold red"
    )
    if outcome.error is None:
        return ExitCode.OK
    show_error(console, outcome.error)
    return outcome.error.exit_code


def show_receipt_remarks(console: Console, recu: Recu) -> None:
    """Print what the receiver noticed: differences that refuse nothing, in the same words as the ARS reads them."""
    for remark in receipt_remarks(recu):
        console.print(f"  {remark}")


def show_error(console: Console, error: TemoinError) -> None:
    """Print an error that ends one part of a command and not the others."""
    for line in error.phrase().splitlines():
        console.print(f"  {line}", soft_wrap=True)


def show_next(console: Console, outcomes: list[Outcome]) -> None:
    """Print the sentence about what to do next."""
    waiting = sum(outcome.issue is Issue.ATTEND for outcome in outcomes)
    ledger = any(outcome.issue is Issue.REGISTRE for outcome in outcomes)
    refused = sum(outcome.issue is Issue.REFUSE for outcome in outcomes)
    if refused:
        number = plural(refused, "rapport a été refusé", "rapports ont été refusés")
        text = f"{number} : corrigez la cause, puis « temoin outbox retry »."
    elif waiting:
        number = plural(waiting, "rapport attend", "rapports attendent")
        text = f"{number} : « temoin push » reprendra l'envoi, rien n'est perdu."
    elif ledger:
        text = "les envois sont accusés ; lisez ci-dessus ce que le registre montre, puis décidez."
    elif outcomes:
        text = "Tout est accusé : rien à faire jusqu'à la prochaine mesure."
    else:
        text = "Aucun rapport n'attend d'être envoyé."
    console.print(f"Suite : {text}", style="bold")
