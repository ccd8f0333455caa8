"""A whole folder goes in: `course.toml` and the CSV files beside it, in the form of examples/icim-37."""

from __future__ import annotations

from coursectl.workflows.importing.folder import BadFolder, Imported, Step, StoppedHalfway, check_folder, import_folder

__all__ = ["BadFolder", "Imported", "Step", "StoppedHalfway", "check_folder", "import_folder"]
