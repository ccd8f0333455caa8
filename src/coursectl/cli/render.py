"""`coursectl render …`: importing the modules of its commands adds them to the group."""

from __future__ import annotations

from coursectl.cli import render_certificates, render_documents, render_letters, render_people
from coursectl.cli.render_group import app

__all__ = ["app", "render_certificates", "render_documents", "render_letters", "render_people"]
