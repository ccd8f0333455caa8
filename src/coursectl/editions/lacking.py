"""What can't be made since its edition lacks something."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coursectl.errors import Refused, untranslated


class EditionLacks(Refused):
    """The edition lacks what a document says. The sentence names all of it, and the options that add it."""

    def __init__(self, reference: str, missing: Sequence[str], options: Sequence[str]) -> None:
        self._missing = missing
        super().__init__(reference=reference, missing=", ".join(missing), options=" ".join(options))

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        missing = ", ".join(translate(name) for name in self._missing)
        return translate(self.wording).format(**{**self.facts, "missing": missing})
