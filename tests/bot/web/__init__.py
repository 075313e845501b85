"""The doors: webhooks, pages, simulators."""
