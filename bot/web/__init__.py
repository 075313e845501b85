"""Doors for machines and for people: webhooks, patient pages, health, and the simulators."""
