import { parseArgs } from 'node:util';

/** What is compared, how often, and at which sizes. */
export interface Settings {
  /** The names of the benchmarks; empty for all. */
  readonly names: readonly string[];
  readonly rounds: number;
  /** Another checkout, which is built and run in turn. */
  readonly before?: string;
  /** MiB of files that are sent. */
  readonly mebibytes: readonly number[];
  readonly definitions: readonly number[];
  readonly regions: readonly number[];
  /** Images that a region has. */
  readonly images: readonly number[];
  /** MiB of the file behind a URL, and MB/s at which it comes. */
  readonly url: { readonly mebibytes: number; readonly rate: number };
  /** Where results and plots are written. */
  readonly out: string;
}

export const USAGE = `npm run bench -- [NAME…] [--rounds 5] [--before CHECKOUT] [--out out/bench]
  [--mebibytes 1024,2048,4096,8192] [--definitions 1,10,100,1000] [--regions 1,2] [--images 1000,10000,100000]
  [--url-mebibytes 512] [--url-rate 100]`;

/** Reads the command line. Throws what `parseArgs` throws, and for what is no number. */
export function settingsOf(parameters: readonly string[]): Settings {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      before: { type: 'string' },
      mebibytes: { type: 'string', default: '1024,2048,4096,8192' },
      definitions: { type: 'string', default: '1,10,100,1000' },
      regions: { type: 'string', default: '1,2' },
      images: { type: 'string', default: '1000,10000,100000' },
      'url-mebibytes': { type: 'string', default: '512' },
      'url-rate': { type: 'string', default: '100' },
      out: { type: 'string', default: 'out/bench' },
    },
  });
  return {
    names: positionals,
    rounds: numberOf(values.rounds),
    ...(values.before === undefined ? {} : { before: values.before }),
    mebibytes: numbersOf(values.mebibytes),
    definitions: numbersOf(values.definitions),
    regions: numbersOf(values.regions),
    images: numbersOf(values.images),
    url: { mebibytes: numberOf(values['url-mebibytes']), rate: numberOf(values['url-rate']) },
    out: values.out,
  };
}

function numbersOf(text: string): readonly number[] {
  return text.split(',').map(numberOf);
}

function numberOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new TypeError(`${JSON.stringify(text)} is not a number from 1.`);
  return Number(text);
}
