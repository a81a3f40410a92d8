"""Tests of dbaas.drivers.local, on a real Docker engine."""
