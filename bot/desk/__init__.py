"""What the pages of the console show, put together from what the other doors read too."""
