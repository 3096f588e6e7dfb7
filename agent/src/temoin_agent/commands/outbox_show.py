"""`temoin outbox show`: one report, what it says and what became of it."""

from typing import Annotated

import typer
from rich.console import Console

from temoin_agent.commands.options import CONFIG, ConfigOption, find_entries, load, open_outbox
from temoin_agent.configuration import Configuration
from temoin_agent.outbox.evidence import evidence_folder
from temoin_agent.outbox.store import Entry, Etat, Outbox, SignedReport
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import describe_name, show_error, show_receipt_remarks
from temoin_agent.presenting.remarks import show_facts
from temoin_agent.presenting.table import show_report
from temoin_agent.presenting.words import moment
from temoin_agent.sending.pushing import refused_error
from temoin_agent.sending.receipts import verify_receipt
from temoin_agent.viewing import view_stored
from temoin_sdk.errors import ExitCode


def show(
    repere: Annotated[str, typer.Argument(help="Début du repère donné par « temoin outbox list ».")],
    config: ConfigOption = CONFIG,
) -> int:
    """Montre un rapport signé : ses chiffres, ses empreintes, son accusé ou le motif de son refus."""
    configuration = load(config)
    outbox = open_outbox(configuration)
    entry = find_entries(outbox, [repere], tuple(Etat))[0]
    report = outbox.read(entry)
    console = output()
    show_report(console, view_stored(configuration, outbox, report))
    show_facts(console, report.rapport)
    rapport = report.rapport
    fuseau = configuration.gestionnaire.fuseau
    console.print(f"\n{describe_name(entry.name)}", style="bold")
    console.print(f"  Calculé le {moment(rapport.calcule_le, fuseau)}, rang {rapport.numero} de la chaîne")
    console.print(f"  Destinataire : {rapport.destinataire}")
    console.print(f"  Empreinte du rapport : {report.empreinte}")
    console.print(f"  Rapport signé : {entry.path}", soft_wrap=True)
    console.print(f"  Preuves : {evidence_folder(outbox.dossier, entry.name)}", soft_wrap=True)
    _show_fate(console, configuration, outbox, entry, report)
    return ExitCode.OK


def _show_fate(
    console: Console, configuration: Configuration, outbox: Outbox, entry: Entry, report: SignedReport
) -> None:
    match entry.etat:
        case Etat.A_ENVOYER:
            console.print("  Attend d'être envoyé : « temoin push ».")
        case Etat.QUARANTAINE:
            console.print(f"  En quarantaine : « temoin outbox retry {entry.name.repere} » le remet à envoyer.")
        case Etat.REFUSE:
            show_error(console, refused_error(outbox.read_refusal(entry)))
        case Etat.ACCUSE:
            recepteur = configuration.receiver_at(report.rapport.destinataire)
            if recepteur is None:
                console.print("  Accusé par un récepteur qui n'est plus dans la configuration : accusé non vérifié.")
                return
            recu = verify_receipt(outbox.read_receipt(entry), report, recepteur)
            received = moment(recu.recu_le, configuration.gestionnaire.fuseau)
            console.print(f"  Reçu par le récepteur le {received}, réception n° {recu.reception}, accusé vérifié")
            show_receipt_remarks(console, recu)
