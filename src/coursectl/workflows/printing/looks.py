"""How certificates look that are printed: as they were issued, from what was kept then, or as the templates of today have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coursectl import certificates, documents, editions
from coursectl.documents import CertificateFacts, Kept, Look
from coursectl.store import Store
from coursectl.workflows.printing.orders import Order, OtherVersion


class Looks:
    """The looks of the certificates of one order; what was kept is read once."""

    def __init__(self, store: Store, order: Order) -> None:
        self._store = store
        self._order = order
        self._of_today = order.of_today or order.design is not None
        self._kept: dict[str, tuple[str, Kept]] = {}
        self._looks: dict[str, Look] = {}
        self._versions: dict[str, str] = {}

    def of(self, content: Mapping[str, Any]) -> Look:
        """The look of a certificate, of which this is the snapshot. Raises SourcesGone, NoDesign."""
        key = repr([content.get(name) for name in ("made_with", "design", "colors")])
        if key not in self._looks:
            self._looks[key] = self._look(content)
        return self._looks[key]

    def _look(self, content: Mapping[str, Any]) -> Look:
        colors = content.get("colors", {})
        made_with = content.get("made_with")
        if made_with is None or self._of_today:
            design = self._order.design or content.get("design", editions.DEFAULT_DESIGN)
            asked = self._order.design is not None
            template, kept = documents.design_template(design, self._order.templates, asked=asked), None
        else:
            template, kept = self._read(made_with)
        return Look(template, colors.get("primary", ""), colors.get("accent", ""), kept)

    def _read(self, made_with: str) -> tuple[str, Kept]:
        if made_with not in self._kept:
            making, hashes = certificates.get_making(self._store, made_with)
            self._kept[made_with] = making.template, Kept(documents.key_of(hashes), making.files)
            self._versions |= making.versions
        return self._kept[made_with]

    def unkept(self, gathered: Sequence[CertificateFacts]) -> int:
        """How many of these are printed with the templates of today because none were kept."""
        return 0 if self._of_today else sum(one.look.kept is None for one in gathered)

    def other_versions(self) -> tuple[OtherVersion, ...]:
        """What made those that were kept in another version than makes them now."""
        if not self._versions:
            return ()
        then, now = self._versions, documents.versions(self._order.templates)
        return tuple(
            OtherVersion(name, then.get(name), now.get(name))
            for name in sorted({*then, *now})
            if then.get(name) != now.get(name)
        )
