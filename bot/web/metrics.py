"""The page that Prometheus reads: what this process counted, and what waits in the database. No label is personal."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import CollectorRegistry, GCCollector, Histogram, ProcessCollector
from prometheus_client import Counter as CounterOf
from prometheus_client.aiohttp import make_aiohttp_handler
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.store import figures
from bot.store.figures import Figures
from bot.store.writer import Reader
from bot.tallies import Spread, Tallies, among, code_or_other
from bot.web.guards import Handler, route_name

FRESH_SECONDS = 5.0
"""However many ask, the database is counted so often."""
LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)
TOLD_STATES = frozenset("queued accepted scheduled sending sent delivered undelivered failed read canceled".split())


class Metrics:
    """Made only where PAYBOT_METRICS_LISTEN is set; without it, nobody waits for the library."""

    def __init__(self, tallies: Tallies) -> None:
        self._counted = _Counted(tallies)
        self._waiting = _Waiting()
        registry = CollectorRegistry()
        self._draw = make_aiohttp_handler(registry)
        registry.register(self._counted)
        registry.register(self._waiting)
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        self._answers = CounterOf("paybot_http_answers", "Requests answered.", ("route", "status"), registry=registry)
        self._seconds = Histogram(
            "paybot_http_seconds", "Seconds until the answer.", ("route",), buckets=LATENCIES, registry=registry
        )

    @property
    def middleware(self) -> Middleware:
        """Counts every answer of the application; it belongs outside of all others."""

        @web.middleware
        async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
            begun, status = time.perf_counter(), 500
            try:
                response = await handler(request)
                status = response.status
            except web.HTTPException as answer:
                status = answer.status
                raise
            else:
                return response
            finally:
                route = route_name(request)
                self._answers.labels(route, str(status)).inc()
                self._seconds.labels(route).observe(time.perf_counter() - begun)

        return count

    async def page(self, request: web.Request, reader: Reader, clock: Clock) -> web.StreamResponse:
        """The answer."""
        await self._waiting.look(reader, clock)
        return await self._draw(request)


class _Counted(Collector):
    """What this process counted since it started."""

    def __init__(self, tallies: Tallies) -> None:
        self._tallies = tallies

    def collect(self) -> Iterator[Metric]:
        tallies = self._tallies
        yield _counter("paybot_inbound", "What came in, by how it ended.", ("source", "outcome"), tallies.taken)
        sends: Counter[tuple[str, ...]] = Counter()
        for (channel, result, code), count in tallies.sends.items():
            sends[channel, result, code_or_other(code)] += count
        yield _counter("paybot_sends", "Calls to providers.", ("channel", "result", "error_code"), sends)
        news: Counter[tuple[str, ...]] = Counter()
        for (state, code), count in tallies.news.items():
            news[among(state, TOLD_STATES), code_or_other(code)] += count
        yield _counter("paybot_delivery_news", "What providers told later.", ("state", "error_code"), news)
        mails = {(verdict,): count for verdict, count in tallies.mails.items()}
        yield _counter(
            "paybot_mail_in", "Mail that was taken, by whether its sender was believed.", ("verdict",), mails
        )
        sizes, seconds = [one.sizes for one in tallies.batches], [one.seconds for one in tallies.batches]
        yield _histogram("paybot_batch_events", "Events in one transaction.", sizes)
        yield _histogram("paybot_batch_seconds", "Seconds of one transaction, its commit included.", seconds)


class _Waiting(Collector):
    """What the database had when it was last looked at."""

    def __init__(self) -> None:
        self._figures: Figures | None = None
        self._looked_at = float("-inf")

    async def look(self, reader: Reader, clock: Clock) -> None:
        """Read it again unless it is fresh. Without a database its numbers are left out."""
        if time.monotonic() - self._looked_at < FRESH_SECONDS:
            return
        self._looked_at = time.monotonic()
        now = clock()
        try:
            self._figures = await reader.run(lambda conn: figures.read(conn, now))
        except SQLAlchemyError:
            self._figures = None

    def collect(self) -> Iterator[Metric]:
        found = self._figures
        yield _gauge("paybot_database_up", "Does the database answer?", {"": int(found is not None)})
        if found is None:
            return
        yield _gauge("paybot_outbox_rows", "Messages that have not left.", found.outbox, "state")
        oldest = "For how long the first message of this rank has been due."
        yield _gauge("paybot_outbox_oldest_due_seconds", oldest, found.oldest_due, "rank")
        yield _gauge("paybot_payments", "Payments.", found.payments, "state")
        lately = "Codes sent in the hour that ended ten minutes ago, by whether somebody typed them back."
        yield _gauge("paybot_codes_last_hour", lately, found.codes, "fate")
        yield _gauge("paybot_tasks_open", "Tasks of staff that are not done.", {"": found.tasks_open})
        yield _gauge("paybot_tasks_overdue", "Those of them whose time has passed.", {"": found.tasks_overdue})


def _counter(name: str, about: str, labels: Sequence[str], counts: Mapping[Any, int]) -> Metric:
    family = CounterMetricFamily(name, about, labels=labels)
    for values, count in counts.items():
        family.add_metric(values, count)
    return family


def _gauge(name: str, about: str, values: Mapping[str, float], label: str = "") -> Metric:
    family = GaugeMetricFamily(name, about, labels=(label,) if label else ())
    for word, value in values.items():
        family.add_metric((word,) if label else (), value)
    return family


def _histogram(name: str, about: str, spreads: Sequence[Spread]) -> Metric:
    family = HistogramMetricFamily(name, about)
    if spreads:
        sums = accumulate(map(sum, zip(*(one.counts for one in spreads), strict=True)))
        bounds = [*map(str, map(float, spreads[0].bounds)), "+Inf"]
        family.add_metric((), list(zip(bounds, sums, strict=True)), sum(one.total for one in spreads))
    return family
