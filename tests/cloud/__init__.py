"""Tests of the whole service on a real OpenStack, as `script/cloud up` sets it up."""
