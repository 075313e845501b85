"""What is kept, for how long, and how it is proved: seals, backups, exports, retention."""
