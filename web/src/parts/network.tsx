import { useEffect, useRef } from "react";
import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import Sigma from "sigma";
import { useLocation } from "wouter";
import { type Drawing, type Place, toGexf, toSvg } from "../graph";

/** A graph drawn by sigma, which this file alone loads. Its list stands beside it: nothing is told by the picture only. */
export default function Network({ drawing, ends, name }: { drawing: Drawing; ends: string[]; name: string }) {
  const place = useRef<HTMLDivElement>(null);
  const places = useRef(new Map<string, Place>());
  const [, navigate] = useLocation();

  useEffect(() => {
    const graph = new Graph({ type: "undirected" });
    const most = Math.max(1, ...drawing.ties.map((tie) => tie.raises));
    const degrees = new Map<string, number>();
    for (const tie of drawing.ties)
      for (const id of [tie.source, tie.target]) degrees.set(id, (degrees.get(id) ?? 0) + tie.raises);
    const heaviest = Math.max(1, ...degrees.values());
    // A circle to begin with: the layout gives the same picture for the same graph.
    drawing.nodes.forEach((node, i) => {
      const angle = (2 * Math.PI * i) / drawing.nodes.length;
      graph.addNode(node.id, {
        label: node.name,
        path: node.path,
        x: Math.cos(angle),
        y: Math.sin(angle),
        size: (ends.includes(node.id) ? 8 : 4) + 8 * Math.sqrt((degrees.get(node.id) ?? 0) / heaviest),
      });
    });
    for (const tie of drawing.ties)
      graph.addEdge(tie.source, tie.target, { size: 0.5 + 4 * Math.sqrt(tie.raises / most), weight: Math.log1p(tie.raises) });
    forceAtlas2.assign(graph, {
      iterations: 500,
      settings: {
        ...forceAtlas2.inferSettings(graph),
        linLogMode: true,
        outboundAttractionDistribution: true,
        gravity: 0.5,
        scalingRatio: 20,
        edgeWeightInfluence: 0.5,
      },
    });
    places.current = new Map(graph.mapNodes((id, { x, y }) => [id, { x, y }]));

    const colour = (name: string) => {
      place.current!.style.color = `var(${name})`;
      return getComputedStyle(place.current!).color;
    };
    const draw = () => {
      const [ink, accent, second, line] = ["--ink", "--accent", "--second", "--line-strong"].map(colour);
      graph.updateEachNodeAttributes((id, attributes) => ({ ...attributes, color: ends.includes(id) ? second : accent }));
      graph.updateEachEdgeAttributes((_, attributes) => ({ ...attributes, color: line }));
      return new Sigma(graph, place.current!, {
        labelColor: { color: ink },
        labelFont: "system-ui, sans-serif",
        labelSize: 13,
        labelRenderedSizeThreshold: graph.order <= 60 ? 0 : 6,
        enableCameraZooming: false,
        // On paper it takes no room.
        allowInvalidContainer: true,
      });
    };
    let sigma = draw();
    const listen = () => {
      sigma.on("clickNode", ({ node }) => navigate(graph.getNodeAttribute(node, "path")));
      sigma.on("enterNode", () => place.current!.classList.add("pointing"));
      sigma.on("leaveNode", () => place.current!.classList.remove("pointing"));
    };
    listen();
    const repaint = () => {
      sigma.kill();
      sigma = draw();
      listen();
    };
    const watcher = new MutationObserver(repaint);
    watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", repaint);
    return () => {
      watcher.disconnect();
      system.removeEventListener("change", repaint);
      sigma.kill();
    };
  }, [drawing, ends, navigate]);

  function save(blob: Blob, ending: string) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.${ending}`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  const svg = () => toSvg(drawing, places.current);

  async function savePng() {
    const picture = new Image();
    picture.src = `data:image/svg+xml,${encodeURIComponent(svg())}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * picture.width, 2 * picture.height];
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => blob && save(blob, "png"));
  }

  return (
    <>
      <div
        ref={place}
        className="network"
        role="img"
        aria-label={`Drawing of ${drawing.nodes.length} nodes and ${drawing.ties.length} ties; the list beside it has them all.`}
      />
      <p className="downloads">
        <span>This drawing: </span>
        <button type="button" onClick={() => void savePng()}>
          PNG
        </button>
        <button type="button" onClick={() => save(new Blob([svg()], { type: "image/svg+xml" }), "svg")}>
          SVG
        </button>
        <button type="button" onClick={() => save(new Blob([toGexf(drawing)], { type: "application/gexf+xml" }), "gexf")}>
          GEXF
        </button>
      </p>
    </>
  );
}
