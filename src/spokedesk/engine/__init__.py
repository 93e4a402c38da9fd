"""The steps of one operation: read what the decision needs, decide in `crm`, write what was decided."""
