"""The control plane's own database: models, transactions and queries by noun."""
