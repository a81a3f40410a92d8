"""Tests of dbaas.cmd."""
