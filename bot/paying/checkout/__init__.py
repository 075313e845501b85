"""From 'Confirm payment' to the processor's own page."""
