"""`temoin evidence tirage`: how many records prove each target, before anyone commits to it; then which ones."""

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from temoin_agent.archive.finding import latest_of
from temoin_agent.commands.evidence_visit import FinessOption, RapportOption
from temoin_agent.commands.options import CONFIG, ConfigOption, load
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import describe_name
from temoin_sdk.archive import FolderContents, read_leaves
from temoin_sdk.archive.layout import CAMPAGNE
from temoin_sdk.campaigns import read_campaign
from temoin_sdk.errors import ConfigurationError, ExitCode
from temoin_sdk.sampling import Taille, draw_leaves, draw_seed, sizes
from temoin_sdk.sampling.words import EXPLICATION, describe_taille, read_digest

HexOption = Annotated[
    str | None, typer.Option("--secret", metavar="HEX", help="Secret que l'ARS a révélé (64 chiffres).")
]


def tirage(
    finess: FinessOption,
    rapport: RapportOption = None,
    secret: HexOption = None,
    racine: Annotated[
        str | None,
        typer.Option("--racine", metavar="HEX", help="Racine du premier point de contrôle après le rapport."),
    ] = None,
    config: ConfigOption = CONFIG,
) -> int:
    """Dit, par indicateur, combien de dossiers ouvrir pour prouver la cible ; avec --secret et --racine, lesquels."""
    if (secret is None) != (racine is None):
        raise ConfigurationError(
            "Le tirage demande à la fois le secret et la racine.",
            remede="Donnez --secret et --racine, ou aucun des deux pour voir combien de dossiers ouvrir.",
            code="option",
        )
    configuration = load(config)
    run, report = latest_of(configuration, finess, rapport)
    contents = FolderContents(run.folder)
    campagne = read_campaign(contents.read(CAMPAGNE), str(run.folder / CAMPAGNE)).campagne
    site = next(each for each in report.rapport.etablissements if each.finess == finess)
    found = list(sizes(site, campagne.indicateurs))
    console = output()
    console.print(f"{finess}, {describe_name(run.name)}", style="bold", soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in ("Indicateur", "Feuilles", "Requis", "Marge", "À ouvrir"):
        table.add_column(column, justify="left" if column == "Indicateur" else "right")
    for one in found:
        table.add_row(*describe_taille(one))
    console.print(table)
    console.print(EXPLICATION)
    if secret is not None and racine is not None:
        seed = draw_seed(
            bytes.fromhex(report.empreinte_jws), read_digest(secret, "--secret"), read_digest(racine, "--racine")
        )
        squelette, _ = read_leaves(contents, finess)
        for one in found:
            for line in _drawn(one, seed, finess, squelette):
                console.print(line, soft_wrap=True)
    return ExitCode.OK


def _drawn(one: Taille, seed: bytes, finess: str, squelette: bytes) -> list[str]:
    if not one.nombre or one.drapeau is None:
        return []
    leaves = draw_leaves(seed, finess, one.code, squelette, one.drapeau, one.nombre)
    return [f"\n{one.code}, feuilles tirées :", *(f"  n° {rank}  {digest}" for rank, digest in sorted(leaves))]
