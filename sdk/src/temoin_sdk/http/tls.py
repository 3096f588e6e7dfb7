"""The TLS of one source: the system's authorities or the gestionnaire's, and old versions only where asked."""

import logging
import ssl
import warnings
from typing import Final

from temoin_sdk.errors import ConfigurationError
from temoin_sdk.http.settings import ReglagesHttp

_LEGACY_SERVER_CONNECT: Final = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, named from Python 3.12 on
_LOG: Final = logging.getLogger("temoin_sdk.http")

AVERTISSEMENT_TLS: Final = (
    "« ancien_tls » est actif pour %s : TLS 1.0, 1.1 et l'ancienne renégociation sont admis, une écoute du réseau est "
    "possible. Demander à l'éditeur TLS 1.2 ou plus récent, puis retirer ce réglage."
)


def create_context(reglages: ReglagesHttp, host: str) -> ssl.SSLContext:
    """The context for `host`; certificates and names are checked always. Raises ConfigurationError (`http_ca`)."""
    context = _trusting(reglages)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # whatever the configuration of the system's library admits
    if reglages.ancien_tls:
        _LOG.warning(AVERTISSEMENT_TLS, host)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.options |= _LEGACY_SERVER_CONNECT
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it is deprecated: that is what was asked for
            context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def _trusting(reglages: ReglagesHttp) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=reglages.ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"Le fichier d'autorités {reglages.ca} ne se lit pas ({type(error).__name__}).",
            remede="Donner dans « ca » un fichier PEM (-----BEGIN CERTIFICATE-----) lisible par le compte qui lance "
            "Témoin.",
            code="http_ca",
        ) from None


def certificate_refusal(error: BaseException | None) -> str | None:
    """Why a certificate was refused, somewhere behind `error`, which wrappers hide; None when it was not."""
    found = _find(error, ssl.SSLCertVerificationError)
    return found.verify_message if isinstance(found, ssl.SSLCertVerificationError) else None


def handshake_refusal(error: BaseException | None) -> str | None:
    """The library's word for a handshake that failed for another reason than the certificate."""
    found = _find(error, ssl.SSLError)
    return (found.reason or type(found).__name__) if isinstance(found, ssl.SSLError) else None


def _find(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
