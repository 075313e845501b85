"""What brings a patient to a page: links to paste, requests of the practice, and links handed on."""
