"""The group `coursectl certificate …`, which each module of its commands adds to."""

from __future__ import annotations

from coursectl.cli.command import group
from coursectl.locale import gettext as _

app = group(_("Certificates: issue, replace, verify, take them back, and look into the register."))
