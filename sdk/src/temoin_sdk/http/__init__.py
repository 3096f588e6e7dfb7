"""Reading a DUI's REST API: access, pages, deadlines and refusals, so that an editor only says where the facts are.

Importing this needs no third party; making a `Client` needs the extra `http` of the sdk, and says so without it.
"""

from temoin_sdk.http.access import Acces, ApiKey, Basic, TokenEndpoint, client_credentials
from temoin_sdk.http.client import Client, FormeApi
from temoin_sdk.http.fields import Record
from temoin_sdk.http.paging import Cursor, LinkHeader, NextLink, Offset, PageNumber, Pagination, SinglePage
from temoin_sdk.http.patience import Patience
from temoin_sdk.http.periods import Bornes
from temoin_sdk.http.settings import ReglagesBasic, ReglagesCle, ReglagesHttp, ReglagesOAuth2

__all__ = [
    "Acces",
    "ApiKey",
    "Basic",
    "Bornes",
    "Client",
    "Cursor",
    "FormeApi",
    "LinkHeader",
    "NextLink",
    "Offset",
    "PageNumber",
    "Pagination",
    "Patience",
    "Record",
    "ReglagesBasic",
    "ReglagesCle",
    "ReglagesHttp",
    "ReglagesOAuth2",
    "SinglePage",
    "TokenEndpoint",
    "client_credentials",
]
