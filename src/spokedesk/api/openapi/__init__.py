"""The published description of the API: operations, shapes, fidelity. Nothing here is needed to answer a call."""
