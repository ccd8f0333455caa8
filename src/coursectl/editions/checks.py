"""Looking whether crests and signatures are what they were when they were kept."""

from __future__ import annotations

from hashlib import sha256

from coursectl.editions.pictures import get_picture
from coursectl.errors import N_
from coursectl.store import Store
from coursectl.store.checks import REPORT, Check, Finding, done


def check_pictures(store: Store) -> Check:
    """Look whether every picture still is what its name says: its hash."""
    hashes = [row["hash"] for row in store.read("SELECT hash FROM picture ORDER BY hash")]
    changed = (Finding(_CHANGED, {"hash": one[:12]}) for one in hashes if _hash_in(store, one) != one)
    return done("pictures", len(hashes), changed, REPORT)


_CHANGED = N_("the picture {hash} isn't what it was when it was kept")


def _hash_in(store: Store, picture_hash: str) -> str:
    return sha256(get_picture(store, picture_hash).data).hexdigest()
