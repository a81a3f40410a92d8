"""A database-as-a-service control plane for OpenStack clouds."""
