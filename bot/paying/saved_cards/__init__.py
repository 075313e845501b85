"""Cards that are kept: what was agreed, and charges with nobody at a page."""
