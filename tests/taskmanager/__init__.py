"""Tests of dbaas.taskmanager."""
