"""Oracle Database 12.1 and later through python-oracledb, thin: SET TRANSACTION READ ONLY, which is one snapshot too.

The session compares text by its bytes and reads dates the same way at every site, whatever the server is set to. The
driver speaks to the server itself: no Oracle client is installed.
"""

import re
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, event

from temoin_sdk.statement.engines.base import BATCH, Access
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.deadline import Deadline

_SESSION: Final = (
    "ALTER SESSION SET NLS_SORT = BINARY NLS_COMP = BINARY NLS_NUMERIC_CHARACTERS = '.,' "
    "NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS' NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF' "
    "NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM' TIME_ZONE = '+00:00'"
)

_READ_ONLY: Final = "SET TRANSACTION READ ONLY NAME 'temoin'"

_CAUSES: Final = {
    **dict.fromkeys(("ORA-01017", "ORA-28000", "ORA-28001", "ORA-01045", "DPY-4001"), Cause.COMPTE),
    **dict.fromkeys(("DPY-6005", "DPY-4027", "ORA-12541", "ORA-12170", "ORA-12545"), Cause.SERVEUR),
    **dict.fromkeys(("DPY-6001", "DPY-6003", "ORA-12514", "ORA-12505", "ORA-12154"), Cause.BASE),
    **dict.fromkeys(("DPY-6006", "DPY-3022", "ORA-28759", "ORA-12660"), Cause.CHIFFREMENT),
    **dict.fromkeys(("ORA-00018", "ORA-00020", "ORA-00054", "ORA-12516", "ORA-12520", "ORA-01033"), Cause.OCCUPEE),
    "ORA-01031": Cause.DROIT,
    "ORA-01456": Cause.ECRITURE,
    **dict.fromkeys(("DPY-4011", "DPY-1001", "ORA-03113", "ORA-03114", "ORA-03135", "ORA-01012"), Cause.COUPEE),
    **dict.fromkeys(("ORA-01013", "ORA-01555", "ORA-00040", "ORA-02395", "ORA-02396", "DPY-4024"), Cause.ARRETEE),
}
"""By the code of the server or of the driver. ORA-01555: what the snapshot needs of the past was overwritten."""

_TELLING: Final = frozenset(
    {"ORA-00900", "ORA-00904", "ORA-00905", "ORA-00907", "ORA-00909", "ORA-00911", "ORA-00917", "ORA-00918"}
    | {"ORA-00920", "ORA-00923", "ORA-00932", "ORA-00933", "ORA-00936", "ORA-00937", "ORA-00942", "ORA-00979"}
    | {"ORA-01017", "ORA-01031", "ORA-01456", "ORA-01555", "ORA-01789", "ORA-01790", "ORA-12704", "DPY-3010"}
)
"""Messages that quote names of the base, never a value."""

_CODE: Final = re.compile(r"(ORA|DPY)-[0-9]{4,5}")


class OracleAccess(Access):
    """An Oracle server, by host, port and `?service_name=`."""

    moteur = "Oracle"
    drivername = "oracle+oracledb"
    pilote = "oracledb"
    extra = "oracle"

    def create(self, url: URL, deadline: Deadline, source: str) -> Engine:
        engine = self.pooled(
            url,
            arraysize=BATCH,
            connect_args={"tcp_connect_timeout": self.connecting(deadline), "retry_count": 0, "program": "temoin"},
        )

        @event.listens_for(engine, "connect")
        def prepare(raw: Any, _record: object) -> None:
            raw.call_timeout = deadline.seconds * 1000  # of one exchange; the deadline is over all of them
            with raw.cursor() as cursor:
                cursor.execute(_SESSION)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(_READ_ONLY)

        return engine

    def interrupt(self, raw: Any) -> None:
        raw.cancel()

    def cause(self, error: BaseException) -> Cause | None:
        return _CAUSES.get(_code(error))

    def said(self, error: BaseException) -> str:
        code = _code(error)
        if code in _TELLING:
            return str(error).splitlines()[0][:300]
        return f"Oracle, {code}" if code else f"Oracle, {type(error).__name__}"


def _code(error: BaseException) -> str:
    """ORA-00942, or the driver's own DPY-6005; of several, the first is what happened."""
    found = _CODE.match(str(getattr(error.args[0], "full_code", error)) if error.args else "")
    return found[0] if found else ""
