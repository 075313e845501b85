"""Who is at the page: links opened, details written, codes typed."""
