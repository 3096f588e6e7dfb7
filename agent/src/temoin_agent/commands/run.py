"""`temoin run`: compute, sign, keep the evidence, send, keep the receipt. What a timer calls."""

from dataclasses import dataclass
from typing import Annotated

import typer

from temoin_agent import clock
from temoin_agent.commands.compute import blocked_code
from temoin_agent.commands.days import read_day
from temoin_agent.commands.options import (
    CONFIG,
    ConfigOption,
    DayOption,
    ProjectOption,
    held_outbox,
    load_with_plugins,
    recover_and_show,
    select_projects,
)
from temoin_agent.commands.push import push_and_show
from temoin_agent.configuration import Projet
from temoin_agent.exits import worst
from temoin_agent.installation import open_installation
from temoin_agent.measuring import Asked, SiteKeys, measure
from temoin_agent.outbox.evidence import evidence_in_progress
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import show_error, show_step
from temoin_agent.presenting.remarks import show_remarks
from temoin_agent.presenting.summary import show_summary
from temoin_agent.presenting.table import View
from temoin_agent.signing import Signer
from temoin_sdk.contract import CleIns
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.errors import ExitCode, TemoinError
from temoin_sdk.vocabulary import Mesure, MotifCorrection

_HELD_BACK = (
    "Aucun rapport n'est signé tant qu'une source ne peut pas être lue : il faudrait le corriger ensuite. "
    "Une fois la source rétablie, relancez « temoin run » ; « --partiel » signe dès maintenant pour les autres."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person allows: a correction and its reason, a report without the establishments of a failed source."""

    corriger: MotifCorrection | None
    partiel: bool


def run(
    config: ConfigOption = CONFIG,
    on: DayOption = None,
    mesure: Annotated[
        Mesure | None, typer.Option("--mesure", help="Sorte de mesure ; par défaut, la convention décide.")
    ] = None,
    project: ProjectOption = None,
    corriger: Annotated[
        MotifCorrection | None,
        typer.Option(
            "--corriger",
            metavar="MOTIF",
            help="Envoie une version corrigée, pour ce motif, si les chiffres ont changé.",
        ),
    ] = None,
    partiel: Annotated[
        bool,
        typer.Option("--partiel", help="Signe aussi quand une source n'a pas pu être lue, sans ses établissements."),
    ] = False,
) -> int:
    """Calcule, signe, envoie et garde les preuves. Un récepteur injoignable n'est pas un échec : le rapport attend."""
    configuration, catalogue = load_with_plugins(config)
    projets = select_projects(configuration, project)
    asked = Asked(read_day(on), mesure)
    with held_outbox(configuration, "run") as outbox:
        signer = Signer(configuration, open_installation(configuration), outbox, recover_and_show(outbox))
        codes = [_run_one(signer, projet, asked, Choice(corriger, partiel), catalogue) for projet in projets]
        output().print()
        return worst([*codes, push_and_show(configuration, outbox)])


def _run_one(signer: Signer, projet: Projet, asked: Asked, choice: Choice, catalogue: Catalogue) -> int:
    """One project, whose trouble is said and does not keep the others from being sent."""
    console = output()
    keys = SiteKeys(
        signer.installation.pseudonymes, signer.installation.site, CleIns.derivee(signer.installation.site).octets
    )
    try:
        with evidence_in_progress(signer.outbox.dossier) as en_cours:
            measured = measure(
                signer.configuration,
                projet,
                asked,
                keys=keys,
                dossier=en_cours,
                now=clock.now(),
                catalogue=catalogue,
            )
            draft = signer.draft(measured)
            show_summary(console, View.of(draft, projet))
            show_remarks(console, measured.resultat)
            if measured.resultat.erreurs and not choice.partiel:
                console.print(_HELD_BACK, style="bold red")
                return ExitCode.SOURCE
            step = signer.settle(draft, measured, en_cours, choice.corriger)
    except TemoinError as error:
        console.print(f"\nProjet {projet.code} : aucun rapport n'est signé.", style="bold red")
        show_error(console, error)
        return error.exit_code
    return worst([show_step(console, step, signer.outbox), blocked_code(measured.resultat)])
