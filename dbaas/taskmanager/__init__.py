"""Runs every long operation durably.

`engine` claims due rows and runs their steps, `operations` says what the steps are, `claims` is
the SQL of leases and outcomes, `sweeps` keeps the copies of the cloud's state fresh, `service`
wires them and listens to hints and reports.
"""
