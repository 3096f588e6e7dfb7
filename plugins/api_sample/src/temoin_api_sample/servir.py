"""Command `temoin-api-sample`: serve both fictitious APIs on loopback until stopped."""

import ssl
import threading
import warnings
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from temoin_api_sample.donnees import GRAINE, generate
from temoin_api_sample.serveur import CLE, CLIENT_ID, CLIENT_SECRET, Panne, Serveur
from temoin_sdk.cli.running import create_app, run

app = create_app("Limpide et Vieux Carnet, deux API fictives : de quoi essayer Témoin sans aucune donnée réelle.")


def listening(certificat: Path, cle: Path, *, ancien: bool = False) -> ssl.SSLContext:
    """A TLS listener; `ancien` makes it one of those that know nothing after TLS 1.0."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificat, cle)
    if ancien:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old on purpose
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


@app.callback()
def commands() -> None:
    """Keep the name `servir` on the command line: a lone command would lose it."""


@app.command()
def servir(
    port: Annotated[int, typer.Option(help="Port de 127.0.0.1 ; 0 : un port libre.")] = 0,
    graine: Annotated[int, typer.Option(help="Une même graine donne les mêmes données.")] = GRAINE,
    panne: Annotated[
        list[Panne] | None, typer.Option("--panne", help="Ce qui arrivera à la prochaine demande ; à répéter.")
    ] = None,
    par_minute: Annotated[int | None, typer.Option(help="Demandes admises par minute, 429 au-delà.")] = None,
    certificat: Annotated[Path | None, typer.Option(help="Certificat TLS (PEM) ; avec --cle.")] = None,
    cle: Annotated[Path | None, typer.Option(help="Clé du certificat (PEM).")] = None,
    ancien_tls: Annotated[bool, typer.Option("--ancien-tls", help="Ne parler que TLS 1.0.")] = False,
) -> None:
    """Sert les deux API jusqu'à Ctrl-C."""
    if (certificat is None) != (cle is None):
        raise typer.BadParameter("--certificat et --cle vont ensemble.")
    tls = listening(certificat, cle, ancien=ancien_tls) if certificat and cle else None
    with Serveur(generate(graine), tls, port) as serveur:
        serveur.par_minute = par_minute
        for each in panne or ():
            serveur.pannes[each] = serveur.pannes.get(each, 0) + 1
        typer.echo(f"Limpide       {serveur.url}/limpide/v2  (client_id {CLIENT_ID}, client_secret {CLIENT_SECRET})")
        typer.echo(f"Vieux Carnet  {serveur.url}/carnet  (cle {CLE})")
        threading.Event().wait()


def main() -> NoReturn:
    """Entry point of `temoin-api-sample`."""
    run(app, "temoin-api-sample")
