"""Run training courses that are held again and again, in numbered editions."""

__version__ = "0.1.0"
