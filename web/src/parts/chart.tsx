import { useEffect, useRef, useState } from "react";
import { axisX, axisY, gridY, plot, rectY, ruleY } from "@observablehq/plot";
import { count, periodName } from "../format";
import { type Moment, nextPeriod, type Unit } from "../period";

const day = (text: string) => new Date(`${text}T00:00:00Z`);

/** Bars of raises, and below them the articles that there were; drawn by Observable Plot, which this file alone loads. */
export default function Chart({ rows, unit, label, choose }: { rows: Moment[]; unit: Unit; label: string; choose?: (period: string) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);

  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    watcher.observe(place.current!);
    return () => watcher.disconnect();
  }, []);

  useEffect(() => {
    if (width === 0) return;
    const drawn = rows.map((row) => ({ ...row, x1: day(row.period), x2: day(nextPeriod(row.period, unit)) }));
    const most = Math.max(1, ...rows.map((row) => row.raises));
    const title = (row: Moment) =>
      `${periodName(row.period, unit)}: ${row.articles === 0 && row.raises === 0 ? "no articles" : `${count(row.raises)} raises, ${count(row.articles)} articles`}`;
    const inset = unit === "DAY" || rows.length > width / 4 ? 0 : 0.5;
    const chart = plot({
      width,
      height: 200,
      marginLeft: 40,
      marginRight: 8,
      className: "plot",
      ariaLabel: label,
      x: { type: "utc", label: null },
      y: { label: "raises", nice: true, domain: [0, most], insetTop: 6 },
      marks: [
        gridY({ ticks: 4 }),
        axisY({ ticks: 4, tickFormat: (value: number) => (Number.isInteger(value) ? count(value) : ""), label: "raises", labelArrow: "none" }),
        axisX({ ticks: Math.max(2, Math.round(width / 110)) }),
        rectY(drawn.filter((row) => row.articles === 0 && row.raises === 0), {
          x1: "x1", x2: "x2", y1: 0, y2: most, className: "no-articles", title,
        }),
        rectY(drawn, { x1: "x1", x2: "x2", y: "raises", insetLeft: inset, insetRight: inset, className: "raises", title }),
        ruleY([0]),
      ],
    });
    // Plot's own style sheet is in ours: the page's policy lets none be written into it.
    chart.querySelector("style")?.remove();
    chart.setAttribute("role", "img");
    if (choose) {
      chart.classList.add("choosable");
      const scale = chart.scale("x")!;
      chart.addEventListener("click", (event) => {
        const moment = scale.invert!((event as MouseEvent).offsetX) as Date;
        const row = drawn.find(({ x1, x2 }) => x1 <= moment && moment < x2);
        if (row) choose(row.period);
      });
    }
    place.current!.replaceChildren(chart);
  }, [rows, unit, label, choose, width]);

  return <div ref={place} className="chart-place" />;
}
