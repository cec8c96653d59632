import { useEffect, useRef, useState } from "react";
import { axisX, axisY, gridY, type Plot, plot, rectY, ruleY } from "@observablehq/plot";
import { count, periodName } from "../format";
import { isSilent, type Moment, nextPeriod, type Unit } from "../period";

const day = (text: string) => new Date(`${text}T00:00:00Z`);

const frame = { marginLeft: 44, marginRight: 8, className: "plot" };

interface Bar extends Moment {
  x1: Date;
  x2: Date;
}

/** Plot's own style sheet is in ours: the page's policy lets none be written into it. Its labels are for those who see. */
function bare(chart: (SVGSVGElement | HTMLElement) & Plot): typeof chart {
  chart.querySelector("style")?.remove();
  chart.setAttribute("aria-hidden", "true");
  return chart;
}

/** Bars of raises, and hanging below them the articles that there were; drawn by Observable Plot, which this file alone loads. */
export default function Chart({
  rows,
  unit,
  label,
  choose,
}: {
  rows: Moment[];
  unit: Unit;
  label: string;
  choose?: (period: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);

  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    watcher.observe(place.current!);
    return () => watcher.disconnect();
  }, []);

  useEffect(() => {
    if (width === 0) return;
    const bars: Bar[] = rows.map((row) => ({ ...row, x1: day(row.period), x2: day(nextPeriod(row.period, unit)) }));
    const x = { type: "utc", label: null, domain: [bars[0].x1, bars.at(-1)!.x2] } as const;
    const most = Math.max(1, ...rows.map((row) => row.raises));
    const inset = rows.length > width / 4 ? 0 : 0.5;
    const title = (row: Moment) =>
      `${periodName(row.period, unit)}: ${isSilent(row) ? "no articles" : `${count(row.raises)} raises in ${count(row.articles)} articles`}`;
    const room = Math.max(2, Math.round(width / 110)); // for labels
    const whole = (value: number) => (Number.isInteger(value) ? count(value) : "");
    const raises = bare(
      plot({
        ...frame,
        width,
        height: 190,
        marginBottom: 34,
        x,
        y: { nice: true, domain: [0, most], insetTop: 6 },
        marks: [
          gridY({ ticks: 4 }),
          axisY({ ticks: 4, tickFormat: whole, label: "raises", labelArrow: "none" }),
          axisX({ ticks: unit === "DAY" && rows.length <= room ? "day" : room }),
          rectY(bars.filter(isSilent), { x1: "x1", x2: "x2", y1: 0, y2: most, className: "no-articles", title }),
          rectY(bars, { x1: "x1", x2: "x2", y: "raises", insetLeft: inset, insetRight: inset, className: "raises", title }),
          ruleY([0]),
        ],
      }),
    );
    const articles = bare(
      plot({
        ...frame,
        width,
        height: 64,
        marginTop: 4,
        marginBottom: 18,
        x: { ...x, axis: null },
        y: { nice: true, reverse: true, label: null },
        marks: [
          axisY({ ticks: 2, tickFormat: whole, label: null }),
          rectY(bars, { x1: "x1", x2: "x2", y: "articles", insetLeft: inset, insetRight: inset, className: "articles", title }),
          ruleY([0]),
        ],
      }),
    );
    if (choose) {
      const scale = raises.scale("x")!;
      raises.classList.add("choosable");
      raises.addEventListener("click", (event) => {
        const moment = scale.invert!((event as MouseEvent).offsetX) as Date;
        const bar = bars.find(({ x1, x2 }) => x1 <= moment && moment < x2);
        if (bar) choose(bar.period);
      });
    }
    place.current!.replaceChildren(raises, articles);
  }, [rows, unit, choose, width]);

  return (
    <>
      <svg width="0" height="0" aria-hidden="true" className="sr-only">
        <pattern id="no-articles" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line y2="6" className="hatch" />
        </pattern>
      </svg>
      <div ref={place} className="chart-place" role="img" aria-label={label} />
    </>
  );
}
