"""The command `temoin-saisie`: figures typed by hand where no plugin counts them yet."""

from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from temoin_saisie import asked
from temoin_saisie.asking import Interview
from temoin_saisie.forms import read_form, write_form
from temoin_sdk.cli.running import INTERROMPU, create_app
from temoin_sdk.cli.running import run as run_app
from temoin_sdk.errors import WindowError
from temoin_sdk.vocabulary import Compte

app = create_app(
    "Chiffres saisis à la main, chacun avec sa pièce, en attendant que le logiciel ait un plugin : niveau « déclaré »."
)

Config = Annotated[Path | None, typer.Option("--config", envvar="TEMOIN_CONFIG", help="Le temoin.toml de l'agent.")]
Source = Annotated[str | None, typer.Option("--source", help="Nom de la source de saisie, s'il y en a plusieurs.")]
Dossier = Annotated[Path | None, typer.Option("--dossier", help="Sans --config : où garder chiffres et pièces.")]
Liste = Annotated[Path | None, typer.Option("--liste", help="Sans --config : CSV des établissements (finess;nom).")]
Finess = Annotated[list[str] | None, typer.Option("--etablissement", help="FINESS à saisir ; répétable.")]
Comptes = Annotated[list[Compte] | None, typer.Option("--compte", help="Comptes à saisir ; répétable, tous sinon.")]
Jour = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ")]


def _demande(
    config: Path | None,
    source: str | None,
    dossier: Path | None,
    liste: Path | None,
    finess: list[str] | None,
    comptes: list[Compte] | None,
    du: str | None,
    au: str | None,
) -> asked.Demande:
    fenetre = asked.settle_fenetre(_day(du), _day(au), asked.today())
    if dossier is not None:
        return asked.from_options(dossier.absolute(), finess or (), liste, tuple(comptes or ()), fenetre)
    return asked.from_configuration(config or Path("temoin.toml"), source, finess or (), tuple(comptes or ()), fenetre)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise WindowError(f"« {text} » n'est pas une date.", remede="Écrire année-mois-jour : 2026-10-31.") from error


@app.command()
def saisir(
    config: Config = None,
    source: Source = None,
    dossier: Dossier = None,
    liste: Liste = None,
    etablissement: Finess = None,
    compte: Comptes = None,
    du: Jour = None,
    au: Jour = None,
    revoir: Annotated[bool, typer.Option("--revoir", help="Reprend aussi ce qui est déjà saisi.")] = False,
) -> int:
    """Demande les chiffres, un établissement après l'autre. S'interrompt et se reprend sans rien perdre."""
    demande = _demande(config, source, dossier, liste, etablissement, compte, du, au)
    interview = Interview(demande, input, typer.echo)
    try:
        kept = interview.run(again=revoir)
    except (EOFError, KeyboardInterrupt):
        typer.echo("\nInterrompu : tout ce qui a été répondu est gardé. La même commande reprend où vous en étiez.")
        return INTERROMPU
    typer.echo(f"\n{kept} établissement(s) gardé(s) dans {demande.dossier}. Suite : temoin compute les montre.")
    return 0


@app.command()
def formulaire(
    sortie: Annotated[Path, typer.Argument(help="Le fichier à écrire : .xlsx ou .csv.")],
    config: Config = None,
    source: Source = None,
    dossier: Dossier = None,
    liste: Liste = None,
    etablissement: Finess = None,
    compte: Comptes = None,
    du: Jour = None,
    au: Jour = None,
) -> int:
    """Écrit un formulaire à remplir : une ligne par établissement, une colonne par chiffre, une pour les pièces."""
    demande = _demande(config, source, dossier, liste, etablissement, compte, du, au)
    write_form(demande, sortie)
    typer.echo(f"{sortie} : {len(demande.etablissements)} établissement(s), {demande.fenetre.libelle()}.")
    return 0


@app.command()
def lire(
    rempli: Annotated[Path, typer.Argument(help="Le formulaire rempli : .xlsx ou .csv.")],
    config: Config = None,
    source: Source = None,
    dossier: Dossier = None,
    liste: Liste = None,
    etablissement: Finess = None,
    compte: Comptes = None,
    du: Jour = None,
    au: Jour = None,
) -> int:
    """Relit un formulaire rempli : tout est gardé, ou rien, avec chaque faute nommée."""
    demande = _demande(config, source, dossier, liste, etablissement, compte, du, au)
    declared = read_form(demande, rempli)
    for one in declared:
        etablissement_lu = demande.find(one.finess)
        nom = etablissement_lu.libelle if etablissement_lu else one.finess
        typer.echo(f"{nom} : {len(one.comptes)} chiffre(s), {len(one.pieces)} pièce(s)")
    typer.echo(f"{len(declared)} établissement(s) gardé(s) dans {demande.dossier}, {demande.fenetre.libelle()}.")
    return 0


def main() -> NoReturn:
    """Entry point of `temoin-saisie`."""
    run_app(app, "temoin-saisie")
