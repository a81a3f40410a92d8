"""Tests of dbaas.drivers."""
