"""Commands of `coursectl store` that are still to come."""
