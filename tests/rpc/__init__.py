"""Tests of dbaas.rpc."""
