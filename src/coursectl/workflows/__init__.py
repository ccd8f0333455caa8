"""What takes several rooms."""
