"""The lab: an embedded AWS on loopback that enforces IAM, to deploy into and to probe."""
