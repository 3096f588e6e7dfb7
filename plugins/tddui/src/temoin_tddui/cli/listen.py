"""`temoin-tddui listen`: receive exports from the DUI itself."""

import os
from pathlib import Path
from typing import Annotated

import typer

from temoin_sdk.errors import ConfigurationError, SecretError
from temoin_tddui.accumulating import Taken
from temoin_tddui.cli.options import DepotOption
from temoin_tddui.listening import Listening
from temoin_tddui.serving import Place, Tls, serve
from temoin_tddui.store import create_store

JETON = "TEMOIN_TDDUI_JETON"
_SHORTEST = 16
_MIO = 1024 * 1024


def listen(
    depot: DepotOption,
    hote: Annotated[str, typer.Option("--hote", help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port ; 0 en prend un libre.")] = 8470,
    jeton: Annotated[
        Path | None,
        typer.Option("--jeton", help=f"Fichier d'un jeton exigé (Bearer) ; à défaut la variable {JETON}."),
    ] = None,
    tls_certificat: Annotated[Path | None, typer.Option("--tls-certificat", help="Certificat TLS (PEM).")] = None,
    tls_cle: Annotated[Path | None, typer.Option("--tls-cle", help="Clé de ce certificat (PEM).")] = None,
    tls_clients: Annotated[
        Path | None, typer.Option("--tls-clients", help="Autorité des certificats clients, alors exigés (PEM).")
    ] = None,
    corps_max: Annotated[int, typer.Option("--corps-max", min=1, max=512, help="Taille d'un lot, en Mio.")] = 64,
    dater_a_la_reception: Annotated[
        bool,
        typer.Option(
            "--dater-a-la-reception", help="Un lot sans date prend celle de son arrivée (sinon il passe après tous)."
        ),
    ] = False,
) -> None:
    """Reçoit les lots que le DUI envoie (POST), jusqu'à SIGTERM ou Ctrl-C ; un lot accusé est sur le disque."""
    place = Place(hote, port, _tls(tls_certificat, tls_cle, tls_clients))
    secret = _read_token(jeton)
    listening = Listening(create_store(depot), secret, corps_max * _MIO, dater_a_la_reception, _tell)
    serve(listening, place, lambda address: typer.echo(f"À l'écoute sur {address}"))


def _tls(certificat: Path | None, cle: Path | None, clients: Path | None) -> Tls | None:
    if certificat is None and cle is None and clients is None:
        return None
    if certificat is None or cle is None:
        raise ConfigurationError(
            "TLS demande un certificat et sa clé.",
            remede="Donner --tls-certificat et --tls-cle ensemble.",
            code="tddui_tls",
        )
    return Tls(certificat, cle, clients)


def _read_token(path: Path | None) -> str | None:
    try:
        found = os.environ.get(JETON) if path is None else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(
            "Le fichier du jeton ne se lit pas.",
            remede="Écrire le jeton sur une seule ligne, dans un fichier que ce compte peut lire (chmod 600).",
            ou=str(path),
            code="secret_absent",
        ) from error
    if found is None:
        return None
    if len(found.strip()) < _SHORTEST:
        raise SecretError(
            f"Le jeton a moins de {_SHORTEST} caractères.",
            remede="En tirer un au hasard, par exemple : openssl rand -hex 32.",
            ou=str(path) if path else JETON,
            code="tddui_jeton_court",
        )
    return found.strip()


def _tell(taken: Taken) -> None:
    number = taken.compteurs["ressources"]
    typer.echo(
        f"Lot {'enregistré' if taken.nouveau else 'déjà connu'} : {number} ressources, daté par {taken.date.datation}."
    )
