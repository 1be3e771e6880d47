"""Serving the stand-ins on loopback: applications, faults, request logs and what outlives a restart."""
