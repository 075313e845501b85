"""Whole stories over the real road."""
