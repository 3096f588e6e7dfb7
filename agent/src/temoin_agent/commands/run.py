"""`temoin run`: compute, sign, keep the evidence, send, keep the receipt. What a timer calls."""

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
    select_projects,
)
from temoin_agent.commands.push import push_and_show
from temoin_agent.configuration import Projet
from temoin_agent.exits import worst
from temoin_agent.installation import open_installation
from temoin_agent.measuring import Asked, SiteKeys, measure
from temoin_agent.outbox.evidence import evidence_in_progress
from temoin_agent.outbox.recovery import recover
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import show_error, show_step
from temoin_agent.presenting.remarks import show_facts, show_remarks
from temoin_agent.presenting.table import View, show_report
from temoin_agent.signing import Signer
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.errors import TemoinError
from temoin_sdk.vocabulary import Mesure, MotifCorrection


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
) -> int:
    """Calcule, signe, envoie et garde les preuves. Un récepteur injoignable n'est pas un échec : le rapport attend."""
    configuration, catalogue = load_with_plugins(config)
    projets = select_projects(configuration, project)
    asked = Asked(read_day(on), mesure)
    with held_outbox(configuration, "run") as outbox:
        signer = Signer(configuration, open_installation(configuration), outbox, recover(outbox))
        codes = [_run_one(signer, projet, asked, corriger, catalogue) for projet in projets]
        output().print()
        return worst([*codes, push_and_show(configuration, outbox)])


def _run_one(signer: Signer, projet: Projet, asked: Asked, motif: MotifCorrection | None, catalogue: Catalogue) -> int:
    """One project, whose trouble is said and does not keep the others from being sent."""
    console = output()
    keys = SiteKeys(signer.installation.pseudonymes, signer.installation.site)
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
            show_report(console, View.of(draft, projet))
            show_facts(console, draft)
            show_remarks(console, measured.resultat)
            step = signer.settle(draft, measured, en_cours, motif)
    except TemoinError as error:
        console.print(f"\nProjet {projet.code} : aucun rapport n'est signé.", style="bold red")
        show_error(console, error)
        return error.exit_code
    return worst([show_step(console, step, signer.outbox), blocked_code(measured.resultat)])
