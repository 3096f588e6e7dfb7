"""The conformance kit: pytest classes that an editor inherits to prove that his plugin says where the facts are.

Needs the extra `kit` of temoin-sdk (pytest, sqlglot).
"""
