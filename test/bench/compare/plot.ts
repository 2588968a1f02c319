import { median } from '../rounds.ts';
import type { Result } from './result.ts';

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [640, 400, 64, 48, 40];
const COLOURS = ['#005fb8', '#c27d1a', '#3a8f4d', '#8a3ab9', '#b3262a'];

/** An SVG of how the wall time of each contender grows with the size, both axes logarithmic. */
export function plot(title: string, results: readonly Result[]): string {
  const points = results.flatMap(({ contender, costs, growth }) =>
    growth === undefined ? [] : [{ contender, size: growth.size, wall: median(costs.map(({ wall }) => wall)) }],
  );
  const sizes = [...new Set(points.map(({ size }) => size))].sort((a, b) => a - b);
  const walls = points.map(({ wall }) => wall);
  const x = scale(sizes, LEFT, WIDTH - 140);
  const y = scale([10 ** Math.floor(Math.log10(Math.min(...walls))), Math.max(...walls)], HEIGHT - BOTTOM, TOP);
  const lines = [...Map.groupBy(points, ({ contender }) => contender)].map(([contender, own], index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '';
    const sorted = own.toSorted((a, b) => a.size - b.size);
    const path = sorted.map(({ size, wall }) => `${x(size).toFixed(1)},${y(wall).toFixed(1)}`).join(' ');
    const dots = sorted.map(({ size, wall }) => {
      const at = `cx="${x(size).toFixed(1)}" cy="${y(wall).toFixed(1)}"`;
      return `<circle ${at} r="3" fill="${colour}"><title>${wall.toFixed(2)} s</title></circle>`;
    });
    const name = text(WIDTH - 130, TOP + 18 * index, contender, `fill="${colour}"`);
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${name}`;
  });
  const unit = results[0]?.growth?.unit ?? '';
  const marks = [
    ...sizes.map((size) => text(x(size), HEIGHT - BOTTOM + 18, String(size), 'text-anchor="middle"')),
    ...decades(walls).map((wall) => {
      const line = `<line x1="${LEFT}" x2="${WIDTH - 140}" y1="${y(wall)}" y2="${y(wall)}" stroke="#ddd"/>`;
      return line + text(LEFT - 6, y(wall) + 4, `${wall} s`, 'text-anchor="end"');
    }),
  ];
  const head = text(LEFT, 22, title, 'font-weight="bold"') + text(LEFT, HEIGHT - 8, unit, '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>${head}${marks.join('')}${lines.join('')}
</svg>
`;
}

function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  return (value) => (high === low ? (from + to) / 2 : from + ((Math.log(value) - low) / (high - low)) * (to - from));
}

function decades(values: readonly number[]): readonly number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.floor(Math.log10(Math.max(...values)));
  return Array.from({ length: last - first + 1 }, (_, index) => Number((10 ** (first + index)).toPrecision(1)));
}

function text(x: number, y: number, words: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${words}</text>`;
}
