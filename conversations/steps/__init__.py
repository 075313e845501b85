"""What flows are made of: the steps and guards that several of them share, and what words mean where a talk stands."""
