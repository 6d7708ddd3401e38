"""Behind Caddy with the Caddyfile of deploy/: what the server says to the one before it, it says to everybody.

Without a Caddy a run of all parts tells so and fails nothing; one that names this part fails.
"""

import re
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection

from tests.app.asking import BODIES
from tests.benchmarks.timing import Row, at_most
from tests.browser import chromium
from tests.soak import caddy as caddies
from tests.soak.caddy import Caddy
from tests.soak.proxied_streams import COUNT, streams
from tests.soak.serving import Answer, Options, Served, all_of, none
from tests.soak.signals import back_after_a_kill

TRAJECTORIES = "/api/trajectories"
OF_THE_WAY = {"connection", "transfer-encoding", "date", "server", "via", "alt-svc", "strict-transport-security"}
"""Headers of a connection and not of an answer, and what Caddy adds."""
CHANCE = {"set-cookie", "server-timing"}
"""Headers whose values are never the same twice; they are there or not."""
KINDS = ("application/json", "text/csv", "application/x-ndjson", "application/octet-stream")
CODINGS = [{}, *({"Accept-Encoding": names} for names in ("", "identity", "gzip", "br", "gzip, deflate, br, zstd"))]
INSIDE = ("/metrics", "/metrics/", "//metrics", "/./metrics", "/x/../metrics", "/%6detrics", "/METRICS", "/metrics?x=1")
INSIDE_TOO = ("/metrics;x", "/metrics%2f", "/%2e/metrics", "/metrics#x", "http://localhost/metrics", "/metrics%00")
SECRET = b"fallline_"
"""What the names of all counts begin with."""
SLOW = 10

Asked = tuple[str, str, object, dict[str, str]]


def asked() -> list[Asked]:
    """Pages, files in every coding, all routes, every kind of answer, and every kind of refusal."""
    found: list[Asked] = []
    for path in ("/", "/training", "/limits", "/docs", "/openapi.json", "/api/catalog", "/api/limits", "/health/live"):
        found += [("GET", path, None, coding) for coding in CODINGS]
    found += [("POST", path, body, {}) for path, body in BODIES.items()]
    found += [("POST", TRAJECTORIES, BODIES[TRAJECTORIES], {"Accept": kind}) for kind in KINDS]
    found += [("POST", TRAJECTORIES, BODIES[TRAJECTORIES] | {"steps": 15_000}, {"Accept": kind}) for kind in KINDS]
    refused: list[Asked] = [
        ("GET", "/nothing", None, {}),
        ("GET", "/static/nothing.js", None, {}),
        ("DELETE", TRAJECTORIES, None, {}),
        ("GET", TRAJECTORIES, None, {}),
        ("POST", TRAJECTORIES, BODIES[TRAJECTORIES], {"Accept": "image/png"}),
        ("POST", TRAJECTORIES, b"{", {}),
        ("POST", TRAJECTORIES, b"", {}),
        ("POST", TRAJECTORIES, b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("POST", TRAJECTORIES, BODIES[TRAJECTORIES] | {"steps": 10**9}, {}),
        ("POST", "/api/formulas", {"formula": "import os"}, {}),
        ("POST", TRAJECTORIES + "?pace=none", BODIES[TRAJECTORIES], {"Accept": "text/event-stream"}),
        ("POST", TRAJECTORIES, b"[" * 100_000, {}),
        ("POST", TRAJECTORIES, b" " * 3_000_000, {}),
    ]
    return found + refused


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers are the same but for what belongs to the way."""

    def kept(headers: dict[str, str]) -> dict[str, str]:
        named = {name: "" if name in CHANCE else value for name, value in headers.items()}
        return {name: value for name, value in named.items() if name not in OF_THE_WAY}

    return (one[0], kept(one[1]), one[2]) == (other[0], kept(other[1]), other[2])


def told(wrong: list[str]) -> None:
    for line in wrong:
        print(f"  not the same: {line}", flush=True)


def answers(name: str, server: Served, caddy: Caddy) -> Iterator[Row]:
    pages = re.findall(r'(?:src|href)="(/static/[^"]+)"', server.ask("GET", "/")[2].decode())
    listed = asked() + [("GET", path, None, coding) for path in pages for coding in CODINGS]
    alike, secured, wrong = 0, 0, []
    statuses = set()
    for method, path, body, headers in listed:
        near = server.ask(method, path, body, **headers)
        far = caddy.ask(method, path, body, **headers)
        statuses.add(near[0])
        secured += far[1].get("strict-transport-security") == "max-age=31536000"
        alike += same(near, far)
        if not same(near, far):
            wrong.append(f"{method} {path} {headers}: {near[:2]} {far[:2]}")
    told(wrong)
    yield all_of(
        name,
        f"answers ({', '.join(map(str, sorted(statuses)))}) with the server's status, headers, body",
        alike,
        len(listed),
    )
    yield all_of(name, "answers that tell browsers to stay with TLS", secured, len(listed))
    yield from repeated(name, caddy)
    cookies = [caddy.ask("GET", path)[1]["set-cookie"].split("; ")[1:] for path in ("/", "/training")]
    secure = sum({"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} == set(cookie) for cookie in cookies)
    yield all_of(name, "cookies that are sent over TLS alone and that no script reads", secure, len(cookies))


def repeated(name: str, caddy: Caddy) -> Iterator[Row]:
    requests = [("GET", path, None) for path in ("/", "/training", "/api/catalog")]
    requests += [("POST", path, body) for path, body in BODIES.items()]  # type: ignore[misc]
    again = 0
    for method, path, body in requests:
        tag = caddy.ask(method, path, body)[1]["etag"]
        status, headers, content = caddy.ask(method, path, body, If_None_Match=tag)
        again += status == 304 and headers["etag"] == tag and not content
    yield all_of(name, "answers that are not sent twice (ETag, 304)", again, len(requests))


def boundaries(name: str, server: Served, caddy: Caddy) -> Iterator[Row]:
    """What must not come in, nor go out."""
    inside = [*INSIDE, *INSIDE_TOO]
    heads = [
        f"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        for path in inside
        for verb in ("GET", "POST")
    ]
    seen = [caddy.raw(head.encode()) for head in heads]
    yield Row(name, "the operator's counts, inside", "told", SECRET in server.ask("GET", "/metrics")[2])
    yield none(name, "the operator's counts, outside", sum(SECRET in answer for answer in seen), str(len(seen)))
    hidden, missing = caddy.ask("GET", "/metrics"), caddy.ask("GET", "/nothing")
    yield Row(
        name,
        "their address is like any where there is nothing",
        str(hidden[0]),
        same(hidden, missing) and hidden[0] == 404,
    )
    lies = {
        "X-Forwarded-For": "10.1.2.3, 10.1.2.4",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Real-IP": "10.1.2.3",
        "Forwarded": "for=10.1.2.3;proto=http;host=elsewhere.example",
        "X-Original-URL": "/metrics",
        "X-HTTP-Method-Override": "DELETE",
    }
    listed = [("GET", "/", None), ("GET", "/openapi.json", None), ("POST", TRAJECTORIES, BODIES[TRAJECTORIES])]
    moved = sum(not same(caddy.ask(*one), caddy.ask(*one, **lies)) for one in listed)  # type: ignore[arg-type]
    yield none(name, "answers that headers of proxies change", moved, str(len(listed)))
    large = b'{"formula": "' + b"x" * 1_000_000 + b'"}'
    head = b"POST /api/formulas HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(large), large)
    declared = b"Content-Length: %d\r\n\r\n" % 10**11
    refused = sum(
        b" 413 " in (answer := caddy.raw(head + rest)).split(b"\r\n")[0] and b'"code":"too_large"' in answer
        for rest in (b"Content-Length: %d\r\n\r\n%s" % (len(large), large), chunked, declared)
    )
    yield all_of(name, "bodies over the limit (declared, in chunks, of 100 GB) refused in the one shape", refused, 3)
    link = HTTPConnection("127.0.0.1", caddy.plain, timeout=10)
    link.request("GET", "/training?v=1", headers={"Host": caddies.SITE})
    answer = link.getresponse()
    place = answer.getheader("Location") or ""
    link.close()
    yield Row(
        name, "without TLS sent to TLS", f"{answer.status}", answer.status == 308 and place.startswith("https://")
    )


def slowly(name: str, caddy: Caddy) -> Iterator[Row]:
    """Clients whose header never ends are let go by Caddy, which the server's own clock does not reach."""
    links = [caddy.connect() for _ in range(SLOW)]
    begun, ended = time.monotonic(), 0
    for link in links:
        link.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
    for link in links:
        link.settimeout(max(0.1, begun + 15 - time.monotonic()))
        try:
            while link.recv(1000):
                pass
            ended += 1
        except TimeoutError:
            continue
        except OSError:
            ended += 1
        finally:
            link.close()
    yield all_of(name, f"clients whose header never ends, closed within {time.monotonic() - begun:.1f} s", ended, SLOW)


def away(name: str, server: Served, caddy: Caddy) -> Iterator[Row]:
    """While nobody is behind Caddy, and when somebody is again."""
    server.process.kill()
    server.process.wait()
    paths = ("/", "/api/catalog", "/static/x.js")
    seen = [caddy.ask("GET", path) for path in paths] + [caddy.ask("POST", TRAJECTORIES, BODIES[TRAJECTORIES])]
    right = sum(
        status == 502
        and headers["content-type"].startswith("text/plain")
        and headers["content-security-policy"] == "default-src 'none'"
        and "strict-transport-security" in headers
        and b"does not answer" in body
        for status, headers, body in seen
    )
    yield all_of(name, "a server that is away: 502 and a sentence", right, len(seen))
    begun = time.monotonic()
    with Served(port=server.port) as second:
        ready = time.monotonic() - begun
        status = caddy.ask("POST", TRAJECTORIES, BODIES[TRAJECTORIES])[0]
        seconds = time.monotonic() - begun - second.ready_after
    yield Row(name, "its return", f"{status}, started in {ready:.1f} s", status == 200)
    yield at_most(name, "seconds from then to the first answer", seconds, 0.5, "s")


def rows(options: Options) -> Iterator[Row]:
    program = caddies.find()
    if program is None:
        yield Row("behind Caddy", "tried", f"not tried. {caddies.MISSING}", not options.named)
        return
    name = f"behind Caddy {caddies.version(program)}"
    said = caddies.shipped(program)
    missed = [word for word, holds in said.items() if not holds]
    yield Row(name, f"the Caddyfile is {', '.join(said)}", f"not {missed}" if missed else "yes", not missed)
    limits = {"FALLLINE_SEND_SECONDS": "3", "FALLLINE_PING_SECONDS": "1", "FALLLINE_MAX_STREAMS": str(COUNT)}
    with Served(**limits) as server, Caddy(program, server.port) as caddy:
        yield from answers(name, server, caddy)
        yield from boundaries(name, server, caddy)
        yield from slowly(name, caddy)
        yield from streams(name, server, caddy)
        yield none(name, "lines on the server's standard error", len(server.faults), "lines")
        yield from away(name, server, caddy)
    if chromium.find() is None:
        raise SystemExit(chromium.MISSING)
    for row in back_after_a_kill(options, partial(caddies.behind, program), tabs=1):
        yield Row(f"{name}: {row.workload}", row.bar, row.measured, row.holds)
