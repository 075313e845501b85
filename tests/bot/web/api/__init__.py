"""Tests of the practice API."""
