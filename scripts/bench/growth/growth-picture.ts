/** The picture of what grows: SVG, with texts as texts. Pure. */
import { median } from "../summary.ts";
import type { Growth, GrowthPoint } from "./growth-report.ts";
import type { MemoryGrowth } from "./memory-growth.ts";

interface Line {
  name: string;
  colour: string;
  points: readonly (readonly [number, number])[];
}

interface Panel {
  title: string;
  /** What is counted along the lower edge. */
  along: string;
  isLogarithmic: boolean;
  lines: readonly Line[];
}

const width = 360;
const height = 260;
/** Between a panel's edge and its plot. */
const margin = { left: 48, right: 36, top: 44, bottom: 44 };
const ours = "#1f5fbf";
const constant = "#767676";

/** Three panels side by side: processor time by mirrors and by clients, and memory. */
export function growthPicture(growth: Growth): string {
  const { byMirrors, byClients, fixed, memory } = growth;
  const panels: Panel[] = [
    cpuPanel(`by mirrors, ${told(fixed.clients)} clients`, "mirrors", byMirrors),
    cpuPanel(`by clients, ${told(fixed.mirrors)} mirrors`, "clients", byClients),
    {
      title: "Resident memory, MB",
      along: "clients, then files",
      isLogarithmic: false,
      lines: [
        { name: "Nearmirror", colour: ours, points: memoryPoints(memory.ours) },
        { name: "constant Worker", colour: constant, points: memoryPoints(memory.constant) },
      ],
    },
  ];
  const total = width * panels.length;
  const drawn = panels.map(
    (panel, at) => `<g transform="translate(${at * width} 0)">${draw(panel)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${height}" width="${total}" height="${height}" font-family="sans-serif" font-size="11" role="img">
<title>Processor time of a redirect by mirrors and clients, and memory by clients and files</title>
<rect width="${total}" height="${height}" fill="#fff"/>
${drawn.join("\n")}
</svg>
`;
}

function cpuPanel(title: string, along: string, points: readonly GrowthPoint[]): Panel {
  const of = (figure: (point: GrowthPoint) => number) =>
    points.map((point) => [point.count, figure(point)] as const);
  const cpu = (point: GrowthPoint) => median(point.cpuUs);
  return {
    title: `CPU a request, µs, ${title}`,
    along,
    isLogarithmic: true,
    lines: [
      { name: "Nearmirror", colour: ours, points: of(cpu) },
      {
        name: "constant Worker",
        colour: constant,
        points: of((point) =>
          median(point.cpuUs.map((us, round) => us / (point.cpuRatios[round] ?? Number.NaN))),
        ),
      },
    ],
  };
}

/** Files come after all clients. */
function memoryPoints({ first, byClients, byFiles }: MemoryGrowth) {
  const clients = byClients.at(-1)?.asked ?? 0;
  return [
    [0, first] as const,
    ...byClients.map(({ asked, rss }) => [asked, rss] as const),
    ...byFiles.map(({ asked, rss }) => [clients + asked, rss] as const),
  ];
}

function draw({ title, along, isLogarithmic, lines }: Panel): string {
  const all = lines.flatMap(({ points }) => points);
  const place = (x: number) => (isLogarithmic ? Math.log10(x) : x);
  const [least, most] = [Math.min, Math.max].map((of) => of(...all.map(([x]) => place(x))));
  const top = roundUp(Math.max(...all.map(([, y]) => y)));
  const plot = {
    width: width - margin.left - margin.right,
    height: height - margin.top - margin.bottom,
  };
  const range = (most ?? 0) - (least ?? 0) || 1;
  const at = (x: number) => margin.left + ((place(x) - (least ?? 0)) / range) * plot.width;
  const up = (y: number) => margin.top + plot.height * (1 - y / top);
  const floor = margin.top + plot.height;
  const grid = [0, top / 2, top].map(
    (y) =>
      `<path d="M${margin.left} ${fixed(up(y))}h${plot.width}" stroke="#ddd"/><text x="${margin.left - 6}" y="${fixed(up(y) + 4)}" text-anchor="end">${told(y)}</text>`,
  );
  const marked = isLogarithmic
    ? [...new Set(all.map(([x]) => x))]
    : [0, Math.max(...all.map(([x]) => x))];
  const marks = marked.map(
    (x) => `<text x="${fixed(at(x))}" y="${floor + 16}" text-anchor="middle">${told(x)}</text>`,
  );
  const curves = lines.map(({ colour, points }) => {
    const places = points.map(([x, y]) => `${fixed(at(x))},${fixed(up(y))}`);
    const dots = points.map(
      ([x, y]) =>
        `<circle cx="${fixed(at(x))}" cy="${fixed(up(y))}" r="2.5" fill="${colour}"><title>${told(x)}: ${y.toFixed(1)}</title></circle>`,
    );
    return `<polyline points="${places.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots.join("")}`;
  });
  const names = lines.map(
    ({ name, colour }, index) =>
      `<text x="${margin.left + index * 90}" y="34" fill="${colour}">${name}</text>`,
  );
  return `<text x="${margin.left}" y="18" font-weight="bold">${title}</text>${names.join("")}${grid.join("")}${marks.join("")}<text x="${margin.left + plot.width / 2}" y="${floor + 34}" text-anchor="middle">${along}</text>${curves.join("")}`;
}

/** The next of 1, 2, 5, 10, 20, … that isn't less. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((one) => one * power >= value) ?? 10;
  return step * power;
}

/** With commas between thousands, as in the documents. */
function told(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function fixed(value: number): string {
  return value.toFixed(1);
}
