# syntax=docker/dockerfile:1
# Two stages: one installs what uv.lock says, the other holds the result and nothing to build with.

FROM python:3.11-slim-bookworm AS build
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /bin/uv
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/chitra
WORKDIR /src
# The libraries first: they change less often than the code, and stay in the build's cache.
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-install-project
COPY README.md LICENSE ./
COPY payouts payouts
COPY reconciliation reconciliation
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-editable

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /data --no-create-home chitra \
    && install -d -o chitra -g chitra -m 0700 /data
COPY --from=build /opt/chitra /opt/chitra
ENV PATH=/opt/chitra/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CHITRA_DATA_DIR=/data \
    CHITRA_HOST=0.0.0.0 \
    CHITRA_PORT=8000
USER chitra
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"CHITRA_PORT\"]}/livez', timeout=4)"]
ENTRYPOINT ["chitra"]
CMD ["serve"]
