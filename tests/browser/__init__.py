"""Pages as people see them: Debian's Chromium, driven by Playwright."""
