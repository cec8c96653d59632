package server

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"demarche/db"
	"demarche/graph"
)

// metrics are what /metrics tells. Whatever stands in a label is of a list that is known beforehand, so that clients cannot
// make it grow.
type metrics struct {
	registry  *prometheus.Registry
	names     []string // of operations, in order
	duration  *prometheus.HistogramVec
	sql       prometheus.Counter
	rows      prometheus.Counter
	sqlCount  prometheus.Counter
	documents *prometheus.CounterVec
	answers   *prometheus.CounterVec
	refusals  *prometheus.CounterVec

	subscriptions prometheus.Counter
}

// otherOperation is what operations go under whose names are not known beforehand.
const otherOperation = "other"

// newMetrics begins to count; names are of the operations that are counted apart.
func newMetrics(names []string, gauges ...prometheus.Collector) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		names:    slices.Clone(names),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "demarche_operation_duration_seconds", Help: "Time that operations took, by name; by whether the answer was at hand.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"operation", "cached"}),
		sql:      prometheus.NewCounter(prometheus.CounterOpts{Name: "demarche_sql_seconds_total", Help: "Time that SQL statements of operations took."}),
		rows:     prometheus.NewCounter(prometheus.CounterOpts{Name: "demarche_sql_rows_total", Help: "Rows that SQL statements of operations gave."}),
		sqlCount: prometheus.NewCounter(prometheus.CounterOpts{Name: "demarche_sql_statements_total", Help: "SQL statements that operations ran."}),
		documents: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "demarche_documents_total", Help: "Documents of operations, by whether they had been parsed before (hit) or not (miss)."}, []string{"result"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "demarche_answers_total", Help: "Requests for operations, by whether their answer was at hand (hit) or not (miss)."}, []string{"result"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "demarche_refusals_total", Help: "Errors of answers, by extensions.code."}, []string{"code"}),
		subscriptions: prometheus.NewCounter(prometheus.CounterOpts{Name: "demarche_subscriptions_total", Help: "Subscriptions that were begun."}),
	}
	slices.Sort(m.names)
	m.registry.MustRegister(m.duration, m.sql, m.rows, m.sqlCount, m.documents, m.answers, m.refusals, m.subscriptions,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(gauges...)
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true, MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

func (m *metrics) name(operation string) string {
	if _, known := slices.BinarySearch(m.names, operation); known {
		return operation
	}
	return otherOperation
}

func result(hit bool) string {
	if hit {
		return "hit"
	}
	return "miss"
}

// operation counts one that was run.
func (m *metrics) operation(o *graph.Operation) {
	if o.Subscription {
		m.subscriptions.Inc()
	} else {
		m.duration.WithLabelValues(m.name(o.Name), "no").Observe(o.Duration.Seconds())
	}
	m.documents.WithLabelValues(result(o.Known)).Inc()
	for _, ran := range o.Ran {
		m.sqlCount.Inc()
		m.sql.Add(ran.Time.Seconds())
		m.rows.Add(float64(ran.Rows))
	}
	for _, code := range o.Codes {
		m.refused(code)
	}
}

// hit counts an answer that was at hand.
func (m *metrics) hit(operation string, took time.Duration) {
	m.duration.WithLabelValues(m.name(operation), "yes").Observe(took.Seconds())
	m.answers.WithLabelValues(result(true)).Inc()
}

func (m *metrics) missed() { m.answers.WithLabelValues(result(false)).Inc() }

func (m *metrics) refused(code string) { m.refusals.WithLabelValues(code).Inc() }

// newSubscribers tells how many subscriptions there are.
func newSubscribers(operations *graph.Handler) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "demarche_subscribers", Help: "Subscriptions that go on."},
		func() float64 { return float64(operations.Subscribers()) })
}

// contents tells what the graph holds whenever /metrics is asked, so that a load can be watched as it goes.
type contents struct {
	reader *db.Reader
	logger *slog.Logger
	counts [4]*prometheus.Desc
}

func newContents(reader *db.Reader, logger *slog.Logger) *contents {
	describe := func(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }
	return &contents{reader, logger, [4]*prometheus.Desc{
		describe("demarche_articles", "Articles in the graph."),
		describe("demarche_raises", "Raises in the graph."),
		describe("demarche_foreign_articles", "Articles in a language that is not extracted."),
		describe("demarche_undated_articles", "Articles without a date."),
	}}
}

// Describe names what Collect tells.
func (c *contents) Describe(to chan<- *prometheus.Desc) {
	for _, count := range c.counts {
		to <- count
	}
}

// Collect counts; where the graph cannot be read it tells nothing, which is how Prometheus has it.
func (c *contents) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var dataset db.Dataset
	err := c.reader.View(ctx, func(v *db.View) (err error) {
		dataset, err = v.Dataset(ctx)
		return err
	})
	if err != nil {
		c.logger.ErrorContext(ctx, "metrics of the graph", "error", err)
		return
	}
	for i, count := range []int64{dataset.Articles, dataset.Raises, dataset.Foreign, dataset.Undated} {
		to <- prometheus.MustNewConstMetric(c.counts[i], prometheus.GaugeValue, float64(count))
	}
}
