"""Storage: plain functions with visible SQL, one text for every database, and thin drivers below them."""
