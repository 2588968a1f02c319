import { parseDefinitions } from '../../src/core/definition/parse.ts';
import { median, milliseconds, type Row } from './rounds.ts';

const DEFINITIONS = 1000;
const ROUNDS = 15;

/** How long it takes to parse and check a file of 1,000 definitions: at first, and once the engine of JavaScript is warm. */
export function definitions(): Promise<readonly Row[]> {
  const text = `[\n${Array.from({ length: DEFINITIONS }, (_, index) => definition(index)).join(',\n')}\n]\n`;
  const times = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    const parsed = parseDefinitions(text, '/bench/many.image.jsonc');
    const time = performance.now() - started;
    if (parsed.definitions.length !== DEFINITIONS) throw new Error(JSON.stringify(parsed.problems[0]));
    return time;
  });
  const [first = NaN, ...warm] = times;
  return Promise.resolve([
    {
      what: `parse and check ${DEFINITIONS} definitions`,
      measured: `${milliseconds(median(warm))}, at first ${milliseconds(first)}`,
      budget: '≤ 50 ms',
    },
  ]);
}

function definition(index: number): string {
  return `  // Image ${index}
  {
    "name": "Image ${index}",
    "container_format": "bare",
    "disk_format": "qcow2",
    "local_file_path": "images/${index}.qcow2",
    "regions": ["RegionOne", "RegionTwo"],
    "min_disk_gb": 10,
    "tags": ["lts", "nightly"],
    "properties": { "os_distro": "ubuntu", "hw_disk_bus": "virtio" },
  }`;
}
