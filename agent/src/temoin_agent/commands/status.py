"""`temoin status`: for each project, where things stand and what to do next."""

from datetime import datetime

from rich.console import Console

from temoin_agent import clock
from temoin_agent.commands.options import CONFIG, ConfigOption, load, open_outbox
from temoin_agent.configuration import Configuration, Projet, Recepteur
from temoin_agent.measuring import Asked, settle_window
from temoin_agent.outbox.store import Entry, Etat, Outbox, SignedReport
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import show_error, show_receipt_remarks
from temoin_agent.presenting.words import moment, plural
from temoin_agent.registry.memory import read_memory
from temoin_agent.sending.pushing import refused_error
from temoin_agent.sending.receipts import verify_receipt
from temoin_sdk.errors import ExitCode, TemoinError
from temoin_sdk.windows import jour_en_lettres
from temoin_sdk.wording import MESURES


def status(config: ConfigOption = CONFIG) -> int:
    """Dit où en est chaque projet : dernière mesure, accusés, ce qui attend, et quoi faire."""
    configuration = load(config)
    outbox = open_outbox(configuration)
    console = output()
    for projet in configuration.projets:
        _show_project(console, configuration, outbox, projet)
    for recepteur in configuration.recepteurs:
        _show_ledger(console, outbox, recepteur)
    aside = len(outbox.entries(Etat.QUARANTAINE))
    if aside:
        console.print(
            f"\n{plural(aside, 'fichier', 'fichiers')} en quarantaine : {outbox.folder(Etat.QUARANTAINE)}",
            soft_wrap=True,
        )
    return ExitCode.OK


def _show_ledger(console: Console, outbox: Outbox, recepteur: Recepteur) -> None:
    """What was seen of a receiver's ledger, without asking it."""
    try:
        found = read_memory(outbox.dossier, recepteur.registre)
    except TemoinError as error:
        show_error(console, error)
        return
    if found is not None:
        souvenir, head = found
        console.print(f"\nRegistre du récepteur « {recepteur.code} » : {head.taille} entrées, vues au dernier envoi")
        for one in souvenir.inconnus:
            console.print(f"  À regarder, entrée {one.rang} : {one.phrase}", style="yellow", soft_wrap=True)


def _show_project(console: Console, configuration: Configuration, outbox: Outbox, projet: Projet) -> None:
    console.print(f"\nProjet {projet.code} ({projet.campagne.campagne.libelle})", style="bold")
    console.print(f"  Récepteur : {projet.recepteur.code}, {projet.recepteur.url}", soft_wrap=True)
    try:
        last = _last(outbox, projet)
        waiting = sum(entry.name.projet == projet.code for entry in outbox.entries(Etat.A_ENVOYER))
        if last is None:
            console.print("  Aucune mesure signée.")
        else:
            _show_last(console, configuration, outbox, projet, *last)
        console.print(f"  En attente d'envoi : {plural(waiting, 'rapport', 'rapports')}")
        console.print(f"  Suite : {_next(projet, last, waiting, clock.now())}", style="bold")
    except TemoinError as error:
        show_error(console, error)


def _last(outbox: Outbox, projet: Projet) -> tuple[Entry, SignedReport] | None:
    """The report of the latest window; of several, the one signed last."""
    entries = [entry for entry in outbox.all_entries() if entry.name.projet == projet.code]
    latest = max((entry.name.fin for entry in entries), default=None)
    read = [(entry, outbox.read(entry)) for entry in entries if entry.name.fin == latest]
    return max(read, key=lambda pair: pair[1].rapport.numero, default=None)


def _show_last(
    console: Console, configuration: Configuration, outbox: Outbox, projet: Projet, entry: Entry, report: SignedReport
) -> None:
    rapport = report.rapport
    fuseau = configuration.gestionnaire.fuseau
    console.print(
        f"  Dernière mesure : {MESURES[rapport.mesure]}, {rapport.fenetre.libelle()}, version {rapport.version} "
        f"(repère {entry.name.repere})"
    )
    console.print(f"  Fenêtre finie le {jour_en_lettres(rapport.fenetre.dernier_jour)}", end="")
    match entry.etat:
        case Etat.ACCUSE:
            recepteur = configuration.receiver_at(rapport.destinataire) or projet.recepteur
            recu = verify_receipt(outbox.read_receipt(entry), report, recepteur)
            console.print(f" ; rapport reçu le {moment(recu.recu_le, fuseau)} (réception n° {recu.reception})")
            console.print("  État : accusé de réception vérifié")
            show_receipt_remarks(console, recu)
        case Etat.REFUSE:
            refus = outbox.read_refusal(entry)
            console.print(f" ; rapport refusé le {moment(refus.le, fuseau)}")
            console.print("  État : refusé", style="bold red")
            show_error(console, refused_error(refus))
        case _:
            console.print(" ; rapport pas encore reçu")
            console.print(f"  État : en attente depuis le {moment(rapport.calcule_le, fuseau)}", style="yellow")


def _next(projet: Projet, last: tuple[Entry, SignedReport] | None, waiting: int, now: datetime) -> str:
    """The one sentence about what to do next."""
    if last is None:
        return "« temoin compute » montre les chiffres, « temoin run » signe et envoie la première mesure."
    entry, _ = last
    if entry.etat is Etat.REFUSE:
        return f"corrigez la cause du refus, puis « temoin outbox retry {entry.name.repere} »."
    if waiting:
        return "« temoin push » enverra ce qui attend ; rien n'est perdu d'ici là."
    _, fenetre = settle_window(projet, Asked(None, None), now)
    if fenetre.fin > entry.name.fin:
        return f"une nouvelle fenêtre est complète ({fenetre.libelle()}) : lancez « temoin run »."
    return "rien à faire jusqu'à la prochaine fenêtre."
