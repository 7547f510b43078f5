"""
Any model value as a versioned JSON document, and back.
"""

from aftermove.storage.documents import dumps, loads
from aftermove.storage.schema import json_schema
from aftermove.storage.upgrades import SCHEMA_VERSION

__all__ = ["SCHEMA_VERSION", "dumps", "json_schema", "loads"]
