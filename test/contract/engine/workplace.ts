import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { parse } from 'yaml';
import type { Definition } from '../../../src/core/definition/definition.ts';
import { parseDefinitions } from '../../../src/core/definition/parse.ts';
import type { Engine, EngineOptions } from '../../../src/core/engine.ts';
import type { LiveImage } from '../../../src/core/glance/image.ts';
import { silentLog } from '../../unit/silent-log.ts';
import type { CloudUnderTest } from '../cloud.ts';
import { createEngine } from '../product.ts';
import type { ApplyEvent, ApplyResult } from '../../../src/core/reconcile/model/result.ts';

/** An entry of `clouds.yaml`. */
export type CloudEntry = Readonly<Record<string, unknown>>;

/** The entry of the plain user, or of another one, as the cloud under test has it. */
export async function entryOf(cloud: CloudUnderTest, name = cloud.cloud): Promise<CloudEntry> {
  const { clouds } = parse(await readFile(cloud.cloudsFile, 'utf8')) as { clouds: Record<string, CloudEntry> };
  const entry = clouds[name];
  assert.ok(entry);
  return entry;
}

/** A folder with definitions and an engine on the cloud under test; takes away what it made. */
export class Workplace {
  readonly folder: string;
  readonly engine: Engine;
  readonly cloud: CloudUnderTest;
  readonly events: ApplyEvent[] = [];

  private constructor(folder: string, cloud: CloudUnderTest, options: Partial<EngineOptions>) {
    this.folder = folder;
    this.cloud = cloud;
    this.engine = createEngine({
      environment: { OS_CLIENT_CONFIG_FILE: cloud.cloudsFile },
      workspaceFolders: [folder],
      extraCloudsFiles: [],
      allowedEnvironment: [],
      userAgent: 'glance-images-contract',
      log: silentLog,
      preferredCloud: { name: cloud.cloud, chosenBy: 'the test' },
      cacheFolder: join(folder, 'cache'),
      ...options,
    });
  }

  static async open(cloud: CloudUnderTest, options: Partial<EngineOptions> = {}): Promise<Workplace> {
    return new Workplace(await mkdtemp(join(tmpdir(), 'glance-images-contract-')), cloud, options);
  }

  /**
   * A folder with a `clouds.yaml` of its own, whose one entry, `described`, is what definitions mean.
   * @param profiles of a `clouds-public.yaml` beside it
   */
  static async described(
    cloud: CloudUnderTest,
    entry: CloudEntry,
    { profiles = {}, ...options }: Partial<EngineOptions> & { readonly profiles?: CloudEntry } = {},
  ): Promise<Workplace> {
    const preferredCloud = { name: 'described', chosenBy: 'the test' };
    const made = await Workplace.open(cloud, { environment: {}, preferredCloud, ...options });
    await made.file('clouds.yaml', Buffer.from(JSON.stringify({ clouds: { described: entry } })));
    await made.file('clouds-public.yaml', Buffer.from(JSON.stringify({ 'public-clouds': profiles })));
    return made;
  }

  /** A name that no other test uses. */
  uniqueName(what: string): string {
    return `${what} ${randomUUID()}`;
  }

  async file(name: string, bytes: Buffer): Promise<string> {
    await writeFile(join(this.folder, name), bytes);
    return name;
  }

  /** Writes a definition file and reads it as the product does; throws on any error in it. */
  async define(...definitions: readonly object[]): Promise<readonly Definition[]> {
    const path = join(this.folder, 'test.image.jsonc');
    const text = JSON.stringify(definitions.length === 1 ? definitions[0] : definitions, undefined, 2);
    await writeFile(path, text);
    const parsed = parseDefinitions(text, path);
    const errors = parsed.problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return parsed.definitions;
  }

  async apply(definitions: readonly Definition[], signal?: AbortSignal): Promise<readonly ApplyResult[]> {
    const plans = await this.engine.plan(definitions);
    return this.engine.apply(plans, {
      onEvent: (event) => this.events.push(event),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Every image of the project with this name, hidden ones too, in one region. */
  async named(name: string, region: string): Promise<readonly LiveImage[]> {
    const place = await this.engine.place(this.cloud.cloud, region);
    const found: LiveImage[] = [];
    for await (const page of this.engine.images(place, { name })) found.push(...page);
    return found;
  }

  /** Closes the engine and removes the folder, and no image. */
  async leave(): Promise<void> {
    await this.engine.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Deletes images of these names in every region and removes the folder. */
  async close(names: readonly string[]): Promise<void> {
    for (const region of this.cloud.regions) {
      const place = await this.engine.place(this.cloud.cloud, region);
      for (const name of names) {
        for (const { id } of await this.named(name, region)) await this.engine.deleteImage(place, id);
      }
    }
    await this.leave();
  }
}
