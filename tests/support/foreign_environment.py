"""Settings of a caller that must not reach the lab."""

FOREIGN = {
    "ALL_PROXY": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_CA_BUNDLE": "/nonexistent/ca.pem",
    "AWS_CONFIG_FILE": "/nonexistent/config",
    "AWS_DEFAULT_OUTPUT": "yaml-stream",
    "AWS_DEFAULT_PROFILE": "nope",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_MAX_ATTEMPTS": "abc",
    "AWS_PROFILE": "nope",
    "AWS_REGION": "eu-nowhere-9",
    "AWS_SESSION_TOKEN": "token",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "PYTHONHOME": "/nonexistent",
    "https_proxy": "http://127.0.0.1:9",
}
