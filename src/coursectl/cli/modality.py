"""What the modalities of editions and sessions are called: words for the catalogs, translated where they are shown."""

from __future__ import annotations

from coursectl.errors import N_

MODALITIES = {"in_person": N_("in person"), "online": N_("online"), "hybrid": N_("hybrid")}
