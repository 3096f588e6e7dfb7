"""Recounting what an organisme hands over: an exported archive against the report received, and the verdict kept."""

from temoin_receiver.audits.recounting import Audit, audit_export
from temoin_receiver.audits.storing import AuditGarde, keep, read_audits

__all__ = ["Audit", "AuditGarde", "audit_export", "keep", "read_audits"]
