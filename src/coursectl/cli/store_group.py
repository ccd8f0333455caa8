"""The group `coursectl store …`, which each module of its commands adds to."""

from __future__ import annotations

from coursectl.cli.command import group
from coursectl.locale import gettext as _

app = group(_("The store: what it is, backups, checks, copies."))
