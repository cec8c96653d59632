/** A line as high as the text, for the course of a number; what it shows is told in words beside or instead. */
export function Sparkline({ values, label }: { values: number[]; label: string }) {
  const width = 88;
  const height = 20;
  const most = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
      {values.map((value, i) =>
        value > 0 ? (
          <rect
            key={i}
            x={i * step}
            width={Math.max(1, Math.min(step - 1, 10))}
            y={height - 1 - ((height - 2) * value) / most}
            height={((height - 2) * value) / most}
          />
        ) : null,
      )}
    </svg>
  );
}
