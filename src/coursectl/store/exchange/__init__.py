"""A store as text, and back: one JSON Lines file per table and a manifest that tells what belongs to it.

The form is described in docs/export.md. It loses nothing: a store that is rebuilt from it equals the one that it was made
of, table by table. A manifest that comes from elsewhere is not believed: it is compared with what a store has. A copy of a
store goes the same way to its place, without the text between.
"""

from __future__ import annotations

from coursectl.store.exchange.copying import Copied, copy, open_source
from coursectl.store.exchange.manifest import FORMAT, MANIFEST, VERSION, is_export
from coursectl.store.exchange.places import StoreThere
from coursectl.store.exchange.rebuilding import Rebuilt, rebuild
from coursectl.store.exchange.writing import Exported, ForeignTable, export, plan_export

__all__ = [
    "FORMAT",
    "MANIFEST",
    "VERSION",
    "Copied",
    "Exported",
    "ForeignTable",
    "Rebuilt",
    "StoreThere",
    "copy",
    "export",
    "is_export",
    "open_source",
    "plan_export",
    "rebuild",
]
