"""How updates come in: polling or a webhook; and where health and metrics are served."""
