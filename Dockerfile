# Two stages: what builds, and what runs. Kernels are compiled while building, so the first request is as fast as the rest.
FROM python:3.12-slim AS build
WORKDIR /srv/fallline
RUN python -m venv /srv/venv
ENV PATH=/srv/venv/bin:$PATH NUMBA_CACHE_DIR=/var/cache/fallline/kernels
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY app ./app
COPY engine ./engine
COPY static ./static
COPY templates ./templates
# Numba trusts a kernel that is as old as its source; the layers of an image keep whole seconds.
RUN find engine -name '*.py' -exec touch -d 2000-01-01 {} +
RUN pip install --no-cache-dir --constraint constraints.txt --editable . && python -m engine.machine

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 fallline && install -d -o fallline -g fallline /var/cache/fallline
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/fallline /srv/fallline
COPY --from=build --chown=fallline:fallline /var/cache/fallline /var/cache/fallline
WORKDIR /srv/fallline
# The one folder that the server writes to: everything else may be read-only. Numba compiles for the processor it meets;
# one other than the build machine's adds to its cache at the first start.
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    NUMBA_CACHE_DIR=/var/cache/fallline/kernels FALLLINE_CACHE=/var/cache/fallline/files
USER fallline
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=90s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
CMD ["fallline", "serve", "--host", "0.0.0.0", "--port", "8000"]
