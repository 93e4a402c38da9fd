"""Spokedesk: a self-hosted ticket server that speaks the HubSpot CRM API."""

__version__ = "0.1.0"
