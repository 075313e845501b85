"""The tests: transcripts for the core, real parts for the shell."""
