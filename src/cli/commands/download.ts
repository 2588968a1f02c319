import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { DownloadResult } from '../../core/download/download-image.ts';
import { Failure, isAbort, toFailure } from '../../core/failure.ts';
import { describeBytes } from '../../core/byte-count.ts';
import { nameInPlace } from '../../core/reconcile/words/describe.ts';
import { errorReport, FORMAT_VERSION } from '../../core/reconcile/words/report.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { showProgress, type Progress } from '../progress.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import { harmless } from '../terminal.ts';
import { chosenPlaces, findImage, type FoundImage } from './places.ts';
import { showDigests } from './show-digests.ts';

/** Options of `download`. */
export interface DownloadCommandOptions extends CommonOptions {
  /** A file, or a folder for files named after their images; the current folder if omitted. */
  readonly output?: string;
  /** Replace a file of that name. */
  readonly force?: boolean;
}

type Ended = FoundImage &
  (
    | { readonly status: 'verified' | 'unverified'; readonly result: DownloadResult }
    | { readonly status: 'failed' | 'cancelled'; readonly failure: Failure }
  );

/** `download ID…`: one at a time, each verified. Interrupted downloads resume. */
export async function download(
  ids: readonly string[],
  options: DownloadCommandOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal, folder } = deps;
  const wanted = [...new Set(ids)];
  const path = resolve(folder, options.output ?? '.');
  if (wanted.length > 1) await expectFolder(path);
  const places = await chosenPlaces(options, deps);
  const images = await Promise.all(wanted.map((id) => findImage(id, places, deps)));
  const progress = await showProgress(
    new Map(images.map((found) => [found.image.id, harmless(named(found))])),
    terminal,
  );
  const ended: Ended[] = [];
  try {
    for (const found of images) ended.push(await downloadOne(found, path, options, progress, deps));
  } finally {
    progress.stop();
  }
  for (const each of ended) show(each, deps);
  if (options.json === true) terminal.document({ format_version: FORMAT_VERSION, results: ended.map(report) });
  return exitCode(ended);
}

/** Several images need a folder. */
async function expectFolder(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isFolder) return;
  throw new Failure(
    'target-not-folder',
    `"${path}" is not a folder. Several images can only be downloaded into a folder.`,
    {
      next: 'Give an existing folder with -o.',
    },
  );
}

async function downloadOne(
  found: FoundImage,
  path: string,
  { force }: DownloadCommandOptions,
  progress: Progress,
  { engine, signal }: CommandDeps,
): Promise<Ended> {
  const { id } = found.image;
  try {
    signal.throwIfAborted();
    progress.enter(id, 'downloading');
    const result = await engine.downloadImage(found.place, id, path, {
      signal,
      replace: force === true,
      onProgress: ({ received, total }) => {
        progress.move(id, received, total);
      },
    });
    return { ...found, status: result.verdict, result };
  } catch (error) {
    return { ...found, status: isAbort(error) ? 'cancelled' : 'failed', failure: toFailure(error) };
  }
}

function show(ended: Ended, { terminal, folder }: CommandDeps): void {
  switch (ended.status) {
    case 'verified':
    case 'unverified': {
      const { result, status } = ended;
      const file = relative(folder, result.path) || result.path;
      const before =
        result.resumedFrom === 0 ? '' : `, ${describeBytes(result.resumedFrom)} of them from an earlier download`;
      const verdict = status === 'verified' ? 'downloaded' : 'downloaded, not verified';
      const text = `${verdict}: ${named(ended)}: ${describeBytes(result.size)}${before}, as ${file}`;
      terminal.line(text, status === 'verified' ? 'green' : 'yellow');
      showDigests(result, terminal);
      break;
    }
    case 'cancelled':
      terminal.problem(
        `cancelled: ${named(ended)}. The received data is kept: run the same command to resume.`,
        'yellow',
      );
      break;
    case 'failed':
      terminal.problem(`failed: ${named(ended)}: ${ended.failure.explain()} [${ended.failure.code}]`, 'red');
      break;
  }
}

function named({ place, image }: FoundImage): string {
  return `${nameInPlace(image.name, place)}, image ${image.id}`;
}

function report(ended: Ended): object {
  const { place, image, status } = ended;
  const common = { cloud: place.cloud, region: place.region, image_id: image.id, name: image.name, status };
  if ('failure' in ended) {
    const nothing = { size: null, md5: null, multihash: null };
    return {
      ...common,
      path: null,
      bytes: null,
      verified: nothing,
      request_id: null,
      error: errorReport(ended.failure),
    };
  }
  const { path, size, resumedFrom, verified, requestId } = ended.result;
  return {
    ...common,
    path,
    bytes: size,
    resumed_from: resumedFrom,
    verified,
    request_id: requestId ?? null,
    error: null,
  };
}

function exitCode(ended: readonly Ended[]): ExitCode {
  const has = (status: Ended['status']): boolean => ended.some((each) => each.status === status);
  if (has('cancelled')) return EXIT.cancelled;
  if (has('failed')) return EXIT.failed;
  return has('unverified') ? EXIT.unverified : EXIT.done;
}
