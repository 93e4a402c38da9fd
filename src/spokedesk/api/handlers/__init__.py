"""Handlers: parse, call one operation, render. No rules, no SQL, no try/except."""
