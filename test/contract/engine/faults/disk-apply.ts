import assert from 'node:assert/strict';
import { CommandLine, document, type Run } from '../../cli/command-line.ts';
import type { CloudUnderTest } from '../../cloud.ts';
import { WatchedRegion, type Happening } from '../../watched-region.ts';

/** Applies the definition of a `DiskApply`. */
export const APPLY = ['apply', '--auto-approve', '--json', 'test.image.jsonc'] as const;

/** A command line whose folder has `disk.raw` and one definition of it, for the first region of the cloud. */
export class DiskApply {
  readonly line: CommandLine;
  readonly name: string;

  private constructor(line: CommandLine, name: string) {
    this.line = line;
    this.name = name;
  }

  static async open(cloud: CloudUnderTest, what: string, bytes: Buffer): Promise<DiskApply> {
    const line = await CommandLine.open(cloud);
    const opened = new DiskApply(line, line.uniqueName(what));
    await line.workplace.file('disk.raw', bytes);
    await opened.define({});
    return opened;
  }

  define(extra: object): Promise<void> {
    const formats = { container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    const region = this.line.cloud.regions[0];
    return this.line.define('test.image.jsonc', { name: this.name, ...formats, region, ...extra });
  }

  /** From now on this happens to requests to that region. */
  async happens(...happenings: readonly Happening[]): Promise<WatchedRegion> {
    const region = new WatchedRegion(...happenings);
    await this.line.stand(this.line.cloud.regions[0], region.serve);
    return region;
  }
}

/** A result as `--json` prints it, in part. */
export interface Result {
  readonly status: string;
  readonly image_id: string | null;
  readonly bytes_sent: number;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly status: number | null;
    readonly next: string | null;
  } | null;
  readonly left: { readonly kind: string } | null;
}

/** The one result that an apply printed. */
export function resultOf(run: Run): Result {
  const [result] = (document(run) as { results: readonly Result[] }).results;
  assert.ok(result, run.stderr);
  return result;
}
