"""`temoin-receiver audit tirage`: how many records prove each target, before anyone commits to it; then which ones."""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, select

from temoin_receiver.cli.options import Dossier
from temoin_receiver.installation import open_store
from temoin_receiver.pages.reading import read_rapport
from temoin_receiver.register.reading import find_campagne
from temoin_receiver.storage.tables import receptions
from temoin_sdk.archive import open_export
from temoin_sdk.archive.layout import squelette_path
from temoin_sdk.campaigns import Campagne
from temoin_sdk.envelope import empreinte
from temoin_sdk.errors import Acteur, ConfigurationError, ExitCode, ReportError
from temoin_sdk.evidence import root
from temoin_sdk.evidence.leaves import split_squelette
from temoin_sdk.report import EtablissementRapport
from temoin_sdk.sampling import Taille, draw_leaves, draw_seed, engagement_secret, sizes
from temoin_sdk.sampling.words import EXPLICATION, describe_taille, read_digest

_WIDTH = 118


def tirage(
    dossier: Dossier,
    rapport: Annotated[str, typer.Option("--rapport", help="Empreinte du contenu du rapport reçu, ou son début.")],
    finess: Annotated[str, typer.Option("--finess", help="FINESS de l'établissement.")],
    archive: Annotated[
        Path | None, typer.Option("--archive", help="Pour tirer : l'archive exportée par le gestionnaire.")
    ] = None,
    secret: Annotated[
        str | None, typer.Option("--secret", metavar="HEX", help="Votre secret (« openssl rand -hex 32 »).")
    ] = None,
    racine: Annotated[
        str | None,
        typer.Option("--racine", metavar="HEX", help="Racine du premier point de contrôle après le rapport."),
    ] = None,
) -> int:
    """Dit, par indicateur, combien de dossiers ouvrir pour prouver la cible ; avec un secret, ce qu'il faut en publier.

    Avec --archive, --secret et --racine : les feuilles tirées, que le gestionnaire tire de même.
    """
    with open_store(dossier) as store, store.reading() as connection:
        site, campagne, jws = _find(connection, rapport, finess)
    found = list(sizes(site, campagne.indicateurs))
    _show(found)
    typer.echo(EXPLICATION)
    if secret is None:
        return ExitCode.OK
    octets = read_digest(secret, "--secret")
    typer.echo(f"À publier avant le point de contrôle, sans le secret : engagement {engagement_secret(octets)}")
    if archive is not None and racine is not None:
        seed = draw_seed(bytes.fromhex(empreinte(jws.encode())), octets, read_digest(racine, "--racine"))
        squelette = _squelette(archive, site)
        for one in found:
            _tell_drawn(one, seed, finess, squelette)
    return ExitCode.OK


def _show(found: list[Taille]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in ("Indicateur", "Feuilles", "Requis", "Marge", "À ouvrir"):
        table.add_column(column, justify="left" if column == "Indicateur" else "right")
    for one in found:
        table.add_row(*describe_taille(one))
    Console(width=_WIDTH, no_color=True, markup=False, highlight=False, emoji=False).print(table)


def _tell_drawn(one: Taille, seed: bytes, finess: str, squelette: bytes) -> None:
    if one.nombre and one.drapeau is not None:
        typer.echo(f"\n{one.code}, feuilles tirées :")
        for rank, digest in sorted(draw_leaves(seed, finess, one.code, squelette, one.drapeau, one.nombre)):
            typer.echo(f"  n° {rank}  {digest}")


def _find(connection: Connection, debut: str, finess: str) -> tuple[EtablissementRapport, Campagne, str]:
    query = select(receptions).where(receptions.c.empreinte_rapport.startswith(debut.strip().lower(), autoescape=True))
    rows = connection.execute(query).all()
    if len(rows) != 1 or len(debut.strip()) < 4:
        raise _refuse(f"« {debut} » ne désigne pas un rapport reçu, et un seul.", "rapport_inconnu")
    row = rows[0]
    site = next((one for one in read_rapport(row.jws).etablissements if one.finess == finess), None)
    if site is None:
        raise _refuse(f"Ce rapport ne compte pas l'établissement {finess}.", "etablissement_inconnu")
    return site, find_campagne(connection, row.campagne).campagne, str(row.jws)


def _squelette(path: Path, site: EtablissementRapport) -> bytes:
    """The squelette that this archive holds, once its root is the one that the report fixed."""
    with open_export(path) as contents:
        path_inside = squelette_path(site.finess)
        squelette = contents.read(path_inside) if path_inside in contents.names() else b""
    if root(split_squelette(squelette)).hex() != site.racine:
        raise ReportError(
            f"Les feuilles de {site.finess} dans cette archive ne sont pas celles du rapport reçu : rien n'est tiré.",
            ou=str(path),
            remede="« temoin-receiver audit recompter » dit ce qui diffère ; redemander l'archive au gestionnaire.",
            code="archive_recompte",
        )
    return squelette


def _refuse(message: str, code: str) -> ConfigurationError:
    return ConfigurationError(
        message,
        remede="La page de l'établissement mène au rapport signé, dont l'adresse finit par l'empreinte.",
        code=code,
        acteur=Acteur.ARS,
    )
