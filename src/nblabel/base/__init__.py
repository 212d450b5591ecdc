"""Errors, ids, optional imports: what every room may use and what knows none of them."""
