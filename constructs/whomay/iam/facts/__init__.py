"""What AWS has: actions, keys, services, limits, managed policies."""
