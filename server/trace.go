package server

import (
	"context"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"demarche/graph"
)

// NewTraces sends traces to the collector at endpoint, an http(s) URL, in OTLP. Whoever gets it shuts it down, which sends
// what is left. A collector that is away holds nothing up.
func NewTraces(ctx context.Context, endpoint, version string) (*sdk.TracerProvider, error) {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, fmt.Errorf("traces to %s: %w", endpoint, err)
	}
	about := resource.NewSchemaless(attribute.String("service.name", "demarche"), attribute.String("service.version", version))
	return sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about)), nil
}

// traced puts a span around each request, below that of the caller where he names one.
func (s *Server) traced(next http.Handler) http.Handler {
	if s.tracer == nil {
		return next
	}
	propagator := propagation.TraceContext{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := s.tracer.Start(ctx, r.Method+" "+route(r), trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("url.path", r.URL.Path)))
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// route is the first part of a path, so that names of spans are few.
func route(r *http.Request) string {
	path := r.URL.Path
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return path
}

// trace makes spans of an operation that has ended and of its statements.
func (s *Server) trace(ctx context.Context, o *graph.Operation) {
	if s.tracer == nil {
		return
	}
	name := "operation"
	if o.Name != "" {
		name = o.Name
	}
	ctx, span := s.tracer.Start(ctx, name, trace.WithTimestamp(o.Start), trace.WithAttributes(
		attribute.String("graphql.operation.name", o.Name), attribute.String("demarche.document.hash", o.Hash),
		attribute.Int("demarche.cost", o.Cost)))
	for _, ran := range o.Ran {
		_, statement := s.tracer.Start(ctx, "SQL", trace.WithTimestamp(ran.Start), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("db.system.name", "sqlite"), attribute.String("db.query.text", ran.SQL), attribute.Int("db.response.returned_rows", ran.Rows)))
		statement.End(trace.WithTimestamp(ran.Start.Add(ran.Time)))
	}
	for _, code := range o.Codes {
		span.SetStatus(codes.Error, code)
	}
	span.End(trace.WithTimestamp(o.Start.Add(o.Duration)))
}
