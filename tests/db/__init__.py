"""Tests of dbaas.db."""
