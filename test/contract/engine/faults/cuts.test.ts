import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Definition } from '../../../../src/core/definition/definition.ts';
import { readMarks } from '../../../../src/core/reconcile/ownership/marks.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { OUT } from '../../../host/folders.ts';
import { CommandLine } from '../../cli/command-line.ts';
import { CutRegion, type Cut } from '../../cut-region.ts';
import { WebSource } from '../../web-source.ts';
import { poweredCloud, type PoweredCloud } from '../../powered-cloud.ts';

/** An apply of each kind, and what it changes something with, in order. */
const SCENARIOS = {
  create: ['POST /images', 'PUT /images/{id}/file', 'PATCH /images/{id}'],
  upload: ['PATCH /images/{id}', 'PUT /images/{id}/file', 'PATCH /images/{id}'],
  update: ['PATCH /images/{id}'],
  'create, fetched by Glance': ['POST /images', 'POST /images/{id}/import', 'PATCH /images/{id}'],
  'replace, fetched by Glance': [
    'POST /images',
    'POST /images/{id}/import',
    'PATCH /images/{id}',
    'PATCH /images/{id}',
    'PATCH /images/{id}',
  ],
  'replace, on_replace delete': [
    'POST /images',
    'PUT /images/{id}/file',
    'PATCH /images/{id}',
    'PATCH /images/{id}',
    'DELETE /images/{id}',
    'PATCH /images/{id}',
  ],
  'replace, on_replace deactivate': [
    'POST /images',
    'PUT /images/{id}/file',
    'PATCH /images/{id}',
    'PATCH /images/{id}',
    'POST /images/{id}/actions/deactivate',
    'PATCH /images/{id}',
  ],
} as const;
type Scenario = keyof typeof SCENARIOS;

/** How an apply is cut at a request. */
const WAYS = {
  'process killed once Glance has carried it out': 'after',
  'Glance gone before it got it': 'before',
  'Glance gone, its answer lost': 'after',
} as const;

/** How it is cut with half of the data sent. */
const MIDDLE_WAYS = ['process killed', 'Glance ended', 'Glance killed (-9)'] as const;

const old = randomBytes(900_000);
const young = randomBytes(1_500_000);
const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
const rows: string[] = [];

describe('an apply that is cut', () => {
  let power: PoweredCloud;
  let source: WebSource;

  before(async () => {
    power = await poweredCloud();
    source = await WebSource.start(power.cloud, young);
  });

  after(async () => {
    await source.stop();
    await power.close();
    const table = ['| apply | cut at | how | left | the next apply |', '| --- | --- | --- | --- | --- |', ...rows];
    await mkdir(OUT, { recursive: true });
    await writeFile(join(OUT, `cuts-${power.cloud.kind}.md`), `${table.join('\n')}\n`);
  });

  for (const scenario of Object.keys(SCENARIOS) as Scenario[]) {
    it(`makes the requests of the table (${scenario})`, async () => {
      const attempt = await Attempt.prepare(power, scenario);
      try {
        const region = new CutRegion();
        assert.equal(await attempt.run(region), scenario.endsWith('fetched by Glance') ? 3 : 0);
        assert.deepEqual(region.writes, SCENARIOS[scenario]);
      } finally {
        await attempt.close();
      }
    });

    for (const [how, when] of Object.entries(WAYS)) {
      it(`leaves nothing unverified in sight and is gone on with (${scenario}; ${how})`, async () => {
        const steps = SCENARIOS[scenario].map((write, step) => ({ write, step }));
        const told = await Promise.all(
          steps.map(async ({ write, step }) => cutOnce(power, scenario, { step, when }, how, write)),
        );
        rows.push(...told);
      });
    }
  }

  for (const scenario of ['create', 'upload', 'replace, on_replace delete'] as const) {
    for (const how of MIDDLE_WAYS) {
      it(`leaves nothing unverified in sight and is gone on with (${scenario}; half of the data, ${how})`, async () => {
        const step = SCENARIOS[scenario].indexOf('PUT /images/{id}/file');
        rows.push(await cutOnce(power, scenario, { step, when: 'middle' }, how, 'half of PUT /images/{id}/file'));
      });
    }
  }
});

/** Cuts one apply, looks at what is left, lets the next apply go on, and returns the row of the table. */
async function cutOnce(
  power: PoweredCloud,
  scenario: Scenario,
  cut: Omit<Cut, 'onCut'>,
  how: string,
  step: string,
): Promise<string> {
  const attempt = await Attempt.prepare(power, scenario);
  try {
    const crashes = cut.when === 'middle' && how.startsWith('Glance');
    const onCut = async (): Promise<void> => {
      if (cut.when === 'middle') await attempt.isSending();
      if (how.startsWith('process')) attempt.kill();
      else if (crashes) await (how === 'Glance ended' ? power.end() : power.kill());
    };
    const region = new CutRegion({ ...cut, onCut });
    await attempt.run(region);
    // Glance carried the request out, and nobody was told.
    if (how === 'Glance gone, its answer lost')
      assert.doesNotMatch(attempt.told, /Nothing was created|is unchanged|was deleted/);
    assert.ok(region.isCut, `${step} never came`);
    if (crashes) await power.start();
    const { left, stuck } = await attempt.look();
    const next = await attempt.goOn(stuck);
    return `| ${scenario} | ${step} | ${how} | ${left} | ${next} |`;
  } finally {
    await attempt.close();
  }
}

/** One definition on its way, from what it finds to what it shall be. */
class Attempt {
  readonly #line: CommandLine;
  readonly #scenario: Scenario;
  readonly #name: string;
  readonly #region: string;
  #definitions: readonly Definition[] = [];
  #told = '';
  #child: { kill(signal: NodeJS.Signals): boolean } | undefined;

  private constructor(line: CommandLine, scenario: Scenario) {
    this.#line = line;
    this.#scenario = scenario;
    this.#name = line.uniqueName(`cut ${scenario}`);
    this.#region = line.cloud.regions[0];
  }

  /** What the definition finds: nothing, an image to fill, or an image that it made. */
  static async prepare({ cloud }: PoweredCloud, scenario: Scenario): Promise<Attempt> {
    const attempt = new Attempt(await CommandLine.open(cloud), scenario);
    const { workplace } = attempt.#line;
    attempt.#line.useOwnHome();
    await workplace.file('disk.raw', scenario.startsWith('replace') ? old : young);
    if (scenario === 'create') await attempt.#define({});
    else if (scenario === 'create, fetched by Glance')
      await attempt.#define({ ...attempt.#fetched, local_file_path: undefined });
    else if (scenario === 'upload') {
      await attempt.#define({ image_id: await attempt.#line.makeQueued(attempt.#name, attempt.#region) });
    } else {
      await attempt.#define({});
      const [result] = await workplace.apply(attempt.#definitions);
      assert.equal(result?.status, 'done', JSON.stringify(result?.error));
      const [, onReplace] = scenario.split('on_replace ');
      await workplace.file('disk.raw', young);
      const fetched = { ...attempt.#fetched, local_file_path: undefined };
      const change = onReplace === undefined ? { min_ram_mb: 64 } : { on_replace: onReplace };
      await attempt.#define(scenario === 'replace, fetched by Glance' ? fetched : change);
    }
    return attempt;
  }

  /** Applies through the region as it is cut, in a process of its own that can be killed. Returns what that ended with. */
  async run(region: CutRegion): Promise<number | null> {
    await this.#line.stand(this.#region, region.serve);
    const { child, ended } = this.#line.start('apply', '--auto-approve', 'test.image.jsonc');
    this.#child = child;
    const { code, stdout, stderr } = await ended;
    this.#told = stdout + stderr;
    return code;
  }

  /** What the apply wrote. */
  get told(): string {
    return this.#told;
  }

  /** As `kill -9` of the process that applies. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Settles once Glance says that it takes the data. */
  async isSending(): Promise<void> {
    for (;;) if ((await this.#images()).some(({ status }) => status === 'saving')) return;
  }

  /** Checks what is left, and says it in words. `stuck`: Glance holds an image and will not let go of it. */
  async look(): Promise<{ readonly left: string; readonly stuck: boolean }> {
    const all = await this.#settled();
    const visible = all.filter((image) => !image.os_hidden);
    for (const image of visible) {
      // The image that was there to be filled was in sight before.
      if (this.#scenario === 'upload' && image.status === 'queued') continue;
      assert.equal(image.status, 'active', `${image.status} is in sight`);
      assert.ok([md5(old), md5(young)].includes(image.checksum ?? ''), 'unverified bytes are in sight');
    }
    if (this.#scenario === 'update' || this.#scenario.startsWith('replace'))
      assert.ok(visible.length >= 1, 'no image serves');
    const left = all.map((image) => inWords(image)).join('; ') || 'nothing';
    return { left, stuck: all.some(({ status }) => status === 'saving') };
  }

  /** The next apply: it ends well, one image is in sight, and nothing is left to do. */
  async goOn(stuck: boolean): Promise<string> {
    const { engine } = this.#line.workplace;
    if (stuck) {
      const [blocked] = await engine.plan(this.#definitions);
      assert.deepEqual(
        blocked?.problems.map(({ code }) => code),
        ['apply-stuck'],
      );
    }
    const consents = { recoverStuck: stuck };
    const plans = await engine.plan(this.#definitions, consents);
    const [result] = await engine.apply(plans, consents);
    assert.equal(result?.error, undefined, JSON.stringify(result?.error));
    const visible = (await this.#images()).filter((image) => !image.os_hidden);
    assert.deepEqual(
      visible.map(({ status, checksum }) => [status, checksum]),
      [['active', md5(young)]],
    );
    assert.equal((await engine.plan(this.#definitions))[0]?.action, 'none');
    const [plan] = plans;
    const told = plan?.problems.map(({ code }) => code).filter((code) => /^(resumes|recovers)-/.test(code)) ?? [];
    return [plan?.action, ...told, ...(stuck ? ['with --recover-stuck'] : [])].join(', ');
  }

  async close(): Promise<void> {
    await this.#line.close();
  }

  /** Glance puts an image whose sender has gone back as soon as it notices; one that it was killed with stays. */
  async #settled(): Promise<readonly LiveImage[]> {
    for (let look = 0; ; look += 1) {
      const all = await this.#images();
      if (look === 100 || all.every(({ status }) => status !== 'saving')) return all;
    }
  }

  async #images(): Promise<readonly LiveImage[]> {
    return this.#line.named(this.#name, this.#region);
  }

  /** A source that Glance fetches itself. */
  get #fetched(): object {
    return { image_source_url: `http://127.0.0.1:${this.#line.cloud.webPort}/disk.img`, web_download: true };
  }

  async #define(extra: object): Promise<void> {
    const formats = { container_format: 'bare', disk_format: 'raw', region: this.#region };
    const definition = { name: this.#name, ...formats, local_file_path: 'disk.raw', ...extra };
    this.#definitions = await this.#line.workplace.define(definition);
  }
}

function inWords(image: LiveImage): string {
  const marks = readMarks(image);
  const bytes = image.checksum === md5(old) ? 'old bytes' : image.checksum === md5(young) ? 'new bytes' : 'no bytes';
  const facts = [
    image.os_hidden ? 'hidden' : 'in sight',
    image.status,
    bytes,
    marks?.state === undefined ? undefined : `${marks.state.phase} is marked`,
    marks?.replacedBy === undefined ? undefined : 'its successor is marked',
  ];
  return facts.filter((fact) => fact !== undefined).join(', ');
}
