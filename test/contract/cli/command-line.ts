import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { LiveImage } from '../../../src/core/glance/image.ts';
import { logIn } from '../api/session.ts';
import { altered, type Alteration } from '../altered-region.ts';
import { RegionProxy, type Serve } from '../region-proxy.ts';
import type { CloudUnderTest } from '../cloud.ts';
import { Workplace } from '../engine/workplace.ts';
import { PRODUCT } from '../product.ts';

/** How a run of the command line ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that is under way. */
export interface Running {
  readonly child: ChildProcess;
  /** Settles once the pattern stands in what was written. Rejects if the run ends without it. */
  written(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Run>;
}

/** The real command line as a child process, in a folder with definitions, on the cloud under test. */
export class CommandLine {
  readonly workplace: Workplace;
  readonly cloud: CloudUnderTest;
  readonly #names: string[] = [];
  #home: string;
  #proxy: RegionProxy | undefined;
  #environment: Readonly<Record<string, string>>;

  private constructor(workplace: Workplace, cloud: CloudUnderTest) {
    this.workplace = workplace;
    this.cloud = cloud;
    this.#home = workplace.folder;
    this.#environment = { OS_CLIENT_CONFIG_FILE: cloud.cloudsFile, OS_CLOUD: cloud.cloud };
  }

  static async open(cloud: CloudUnderTest): Promise<CommandLine> {
    return new CommandLine(await Workplace.open(cloud), cloud);
  }

  get folder(): string {
    return this.workplace.folder;
  }

  /** A name that no other test uses; images that have it are deleted at the end. */
  uniqueName(what: string): string {
    const name = this.workplace.uniqueName(what);
    this.#names.push(name);
    return name;
  }

  /** Writes a definition file. */
  async define(file: string, definition: object): Promise<void> {
    await writeFile(join(this.folder, file), JSON.stringify(definition, undefined, 2));
  }

  /** A `clouds.yaml` of its own, with the plain user's cloud and these regions. */
  async useRegions(regions: readonly string[]): Promise<void> {
    await this.useEntry({ regions });
  }

  /** A `clouds.yaml` of its own, with the plain user's cloud and these values, the last ones of the file. Returns its text. */
  async useEntry(values: object): Promise<string> {
    const original = parse(await readFile(this.cloud.cloudsFile, 'utf8')) as { clouds: Record<string, object> };
    const path = join(this.folder, 'clouds-of-its-own.yaml');
    const clouds = { [this.cloud.cloud]: { ...original.clouds[this.cloud.cloud], ...values } };
    const text = stringify({ clouds });
    await writeFile(path, text);
    this.#environment = { ...this.#environment, OS_CLIENT_CONFIG_FILE: path };
    return text;
  }

  /**
   * From now on the cloud is described by a `clouds.yaml` of the folder, without its password, and by the user's own
   * `secure.yaml` with it. Returns the address that it logs in at.
   */
  async useSecrets(): Promise<string> {
    const original = parse(await readFile(this.cloud.cloudsFile, 'utf8')) as {
      clouds: Record<string, { auth: { auth_url: string; password: string } }>;
    };
    const entry = original.clouds[this.cloud.cloud];
    assert.ok(entry);
    const { password, ...auth } = entry.auth;
    const user = join(this.folder, '.config', 'openstack');
    await mkdir(user, { recursive: true });
    const clouds = { [this.cloud.cloud]: { ...entry, auth } };
    await writeFile(join(this.folder, 'clouds.yaml'), stringify({ clouds }));
    await writeFile(join(user, 'secure.yaml'), stringify({ clouds: { [this.cloud.cloud]: { auth: { password } } } }));
    this.#environment = { OS_CLOUD: this.cloud.cloud };
    return auth.auth_url;
  }

  /** From now on one region's Glance answers as told. */
  async alter(alteration: Alteration): Promise<void> {
    await this.stand(alteration.region, altered(alteration));
  }

  /** From now on this answers for one region's Glance. */
  async stand(region: string, serve: Serve): Promise<void> {
    await this.#proxy?.stop();
    const original = parse(await readFile(this.cloud.cloudsFile, 'utf8')) as {
      clouds: Record<string, { auth: { auth_url: string } }>;
    };
    const entry = original.clouds[this.cloud.cloud];
    assert.ok(entry);
    this.#proxy = await RegionProxy.start(entry.auth.auth_url, region, serve);
    const path = join(this.folder, 'clouds-with-proxy.yaml');
    const auth = { ...entry.auth, auth_url: this.#proxy.authUrl };
    await writeFile(path, stringify({ clouds: { [this.cloud.cloud]: { ...entry, auth } } }));
    this.#environment = { ...this.#environment, OS_CLIENT_CONFIG_FILE: path };
  }

  /** From now on it runs as this process does: the applies of the two are of one machine and user. */
  useOwnHome(): void {
    this.#home = homedir();
  }

  /** An image without data that somebody else made; returns its id. */
  async makeQueued(name: string, region: string): Promise<string> {
    const session = await logIn('cloud', region === this.cloud.regions[0] ? 0 : 1, this.cloud);
    return session.create({ name });
  }

  /** From now on it finds this variable. */
  setVariable(name: string, value: string): void {
    this.#environment = { ...this.#environment, [name]: value };
  }

  /** From now on no cloud is configured. */
  useNoCloud(): void {
    this.#environment = {};
  }

  /** Runs with nobody at the terminal, until it ends. */
  async run(...words: readonly string[]): Promise<Run> {
    return this.start(...words).ended;
  }

  start(...words: readonly string[]): Running {
    return this.#started([process.execPath, ...this.#parameters(words)], 'ignore');
  }

  /** Runs in a process namespace of its own (`unshare` of util-linux): as on another machine of the same name and home. */
  startApart(...words: readonly string[]): Running {
    const apart = ['unshare', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc'];
    return this.#started([...apart, process.execPath, ...this.#parameters(words)], 'ignore');
  }

  /** Runs in a terminal of its own (`script` of util-linux), whose keyboard is the child's standard input. Its screen is `stdout`. */
  startInTerminal(...words: readonly string[]): Running {
    const command = [process.execPath, ...this.#parameters(words)].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    return this.#started(['script', '-qefc', command.join(' '), '/dev/null'], 'pipe');
  }

  #parameters(words: readonly string[]): readonly string[] {
    return [PRODUCT.commandLine, ...words];
  }

  #started([program = '', ...parameters]: readonly string[], keyboard: 'ignore' | 'pipe'): Running {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(OS_|XDG_|GLANCE_IMAGES_|NODE_EXTRA_CA_CERTS$|.*_PROXY$)/i.test(name),
    );
    const child = spawn(program, parameters, {
      cwd: this.folder,
      stdio: [keyboard, 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(inherited),
        HOME: this.#home,
        XDG_CACHE_HOME: join(this.folder, 'cache'),
        ...this.#environment,
      },
    });
    const { stdout, stderr } = child;
    assert.ok(stdout !== null && stderr !== null);
    const written = { stdout: '', stderr: '' };
    stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
    stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
    const ended = new Promise<Run>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        // What Node warns of, a user of the command line can do nothing about.
        if (/^\(node:\d+\) /m.test(written.stderr)) reject(new Error(inWords({ code, ...written })));
        else resolve({ code, ...written });
      });
    });
    return {
      child,
      ended,
      written: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (pattern.test(written.stdout + written.stderr)) resolve();
          };
          stdout.on('data', look);
          stderr.on('data', look);
          look();
          ended.then((run) => reject(new Error(`It ended without ${String(pattern)}: ${inWords(run)}`)), reject);
        }),
    };
  }

  /** Runs and checks how it ended. */
  async expect(code: number, ...words: readonly string[]): Promise<Run> {
    const run = await this.run(...words);
    assert.equal(run.code, code, inWords(run));
    return run;
  }

  /** Every image of the project with this name, hidden ones too, in one region. */
  async named(name: string, region: string = this.cloud.regions[0]): Promise<readonly LiveImage[]> {
    return this.workplace.named(name, region);
  }

  /** Deletes what was made, protected or not. */
  async close(): Promise<void> {
    await this.#proxy?.stop();
    for (const [index, region] of this.cloud.regions.entries()) {
      for (const name of this.#names) {
        const guarded = (await this.named(name, region)).filter((image) => image.protected);
        for (const { id } of guarded) {
          const session = await logIn('cloud', index === 0 ? 0 : 1, this.cloud);
          await session.patch(id, [{ op: 'replace', path: '/protected', value: false }]);
        }
      }
    }
    await this.workplace.close(this.#names);
  }
}

/** The one document on standard output. Fails if anything else stands there. */
export function document(run: Run): unknown {
  const parsed: unknown = JSON.parse(run.stdout);
  assert.ok(typeof parsed === 'object' && parsed !== null, run.stdout);
  return parsed;
}

function inWords({ code, stdout, stderr }: Run): string {
  return `exit ${String(code)}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`;
}
