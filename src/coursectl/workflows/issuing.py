"""Issuing certificates together with all that makes them, so that they can be printed again for ever."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from coursectl import certificates, documents
from coursectl.certificates import Issued, Making, Replaced
from coursectl.editions import EditionRef
from coursectl.store import Act, Store


def issue(store: Store, edition: EditionRef, act: Act, *, templates: Sequence[Path] = (), **wanted: Any) -> Issued:
    """Issue certificates and keep the templates and words of today, of which those in `templates` come before the built-in ones.

    What is `wanted`, and what is raised, is as `certificates.issue` has it; and NoDesign and BadTemplate.
    """
    return certificates.issue(store, edition, act, making_of=partial(making_of, templates=templates), **wanted)


def replace(store: Store, serial: str, act: Act, *, templates: Sequence[Path] = (), **wanted: Any) -> Replaced:
    """Replace a certificate; a renewed one keeps the templates and words of today. As `certificates.replace` has it."""
    return certificates.replace(store, serial, act, making_of=partial(making_of, templates=templates), **wanted)


def making_of(design: str, templates: Sequence[Path] = ()) -> Making:
    """What makes certificates of this design today. Raises NoDesign, BadTemplate."""
    path = documents.design_template(design, templates)
    return Making(path, documents.gather_sources(path, templates), documents.versions(templates))
