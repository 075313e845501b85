"""The database: tables, and one small module for each thing that rests in them."""
