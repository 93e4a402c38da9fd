"""The fidelity ledger: what is known how well, and which tests hold it. `python -m tests.ledger` writes the page."""
