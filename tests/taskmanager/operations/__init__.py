"""Tests of dbaas.taskmanager.operations."""
