"""The pure core: values in, decisions out. No SQL, no HTTP, no clock, no randomness."""
