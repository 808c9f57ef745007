# The command in an image: docker run --rm --network none -v "$PWD:/app:ro" IMAGE check
# It holds the wheel that dist/ has, and git for --at. Who runs it is nobody, and /app may be read-only.
FROM python:3.13-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory /app

COPY dist/*.whl /tmp/dist/
RUN pip install --no-cache-dir --root-user-action=ignore /tmp/dist/*.whl && rm -r /tmp/dist

USER nobody
WORKDIR /app
ENTRYPOINT ["whomay"]
CMD ["check"]
