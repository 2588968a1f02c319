import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ROOT } from '../host/folders.ts';
import { CLOUD, withRealCloud, type RealCloud } from './real-cloud.ts';
import { inTurn, ratio, seconds, type Row } from './rounds.ts';

const run = promisify(execFile);
const cli = join(ROOT, 'dist', 'cli.cjs');

type CleanUp = () => Promise<void>;

/** `BENCH_MIB` and `BENCH_ROUNDS` make it shorter while something is tried. */
const mebibytes = Number(process.env.BENCH_MIB ?? '1024');
const rounds = Number(process.env.BENCH_ROUNDS ?? '5');
const REGIONS = ['RegionOne', 'RegionTwo'] as const;

const LOGIN =
  '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"demo","domain":{"name":"Default"},"password":"demo"}}},"scope":{"project":{"name":"demo","domain":{"name":"Default"}}}}}';

const CURL = `
set -euo pipefail
token=$(curl -sf -D - -o /dev/null -H 'Content-Type: application/json' "$KEYSTONE/auth/tokens" -d "$LOGIN" | tr -d '\\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
id=$(curl -sf -H "X-Auth-Token: $token" -H 'Content-Type: application/json' "$GLANCE/v2/images" -d '{"name":"bench","disk_format":"raw","container_format":"bare"}' | sed 's/.*"id": *"\\([^"]*\\)".*/\\1/')
curl -sf -H "X-Auth-Token: $token" -H 'Content-Type: application/octet-stream' -T "$FILE" "$GLANCE/v2/images/$id/file"
curl -sf -H "X-Auth-Token: $token" "$GLANCE/v2/images/$id" >/dev/null
echo "$id $token"
`;

/**
 * The time to apply a new image to a real Glance, verified, against curl doing token, create, upload and show with no verification;
 * then the same to two regions, against two such curls side by side with md5sum and sha512sum.
 */
export function apply(): Promise<readonly Row[]> {
  return withRealCloud(async (cloud) => {
    const file = join(cloud.folder, 'image.raw');
    await makeFile(file, mebibytes);
    const { keystone, glances } = await addresses(cloud);
    const upload = (glance: string): Promise<CleanUp> => uploadByCurl(file, keystone, glance);
    const { one, curl, two, curls } = await inTurn(rounds, {
      one: (round) => applyOurs(cloud, file, round, ['RegionOne']),
      curl: () => upload(glances[0] ?? ''),
      two: (round) => applyOurs(cloud, file, round, REGIONS),
      curls: async () => {
        const [uploads] = await Promise.all([
          Promise.all(glances.map(upload)),
          run('md5sum', [file]),
          run('sha512sum', [file]),
        ]);
        return async () => {
          for (const cleanUp of uploads) await cleanUp();
        };
      },
    });
    const what = `apply a new image of ${mebibytes} MiB`;
    return [
      { what: `${what}, against curl`, measured: ratio(one, curl), budget: '≤ 1.05 ×' },
      { what: '  ours', measured: seconds(one), budget: '' },
      { what: '  curl', measured: seconds(curl), budget: '' },
      {
        what: `${what} to two regions, against two curls and both sums`,
        measured: ratio(two, curls),
        budget: '≤ 1.05 ×',
      },
      { what: '  ours', measured: seconds(two), budget: '' },
      { what: '  two curls, md5sum and sha512sum', measured: seconds(curls), budget: '' },
    ];
  });
}

/** Where curl finds Keystone, and Glance in each region. */
async function addresses({ cloudsFile }: RealCloud): Promise<{ keystone: string; glances: readonly string[] }> {
  const { clouds } = parse(await readFile(cloudsFile, 'utf8')) as Record<
    'clouds',
    Record<string, { auth: { auth_url: string } }>
  >;
  const keystone = clouds[CLOUD]?.auth.auth_url ?? '';
  const token = await logIn(keystone);
  const catalog = token.catalog.find(({ type }) => type === 'image')?.endpoints ?? [];
  const glances = REGIONS.map(
    (region) => catalog.find((each) => each.region === region && each.interface === 'public')?.url ?? '',
  );
  return { keystone, glances };
}

interface TokenDocument {
  readonly catalog: readonly {
    readonly type: string;
    readonly endpoints: readonly { readonly region: string; readonly interface: string; readonly url: string }[];
  }[];
}

async function logIn(keystone: string): Promise<TokenDocument> {
  const { stdout } = await run('curl', [
    '-sf',
    '-H',
    'Content-Type: application/json',
    `${keystone}/auth/tokens`,
    '-d',
    LOGIN,
  ]);
  return (JSON.parse(stdout) as { token: TokenDocument }).token;
}

async function makeFile(path: string, size: number): Promise<void> {
  const stream = createWriteStream(path);
  for (let index = 0; index < size; index += 1) {
    if (!stream.write(randomBytes(1024 * 1024))) await new Promise<void>((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  await finished(stream);
}

async function applyOurs(cloud: RealCloud, file: string, round: number, where: readonly string[]): Promise<CleanUp> {
  const path = join(cloud.folder, `bench-${String(where.length)}.image.jsonc`);
  const name = `bench ${String(where.length)} ${String(round)} ${String(process.pid)}`;
  const definition = {
    name,
    container_format: 'bare',
    disk_format: 'raw',
    local_file_path: file,
    regions: where,
    cloud: CLOUD,
  };
  await writeFile(path, JSON.stringify(definition));
  const cache = join(cloud.folder, `cache-${String(round)}-${String(where.length)}`);
  const env = { ...process.env, XDG_CACHE_HOME: cache, OS_CLIENT_CONFIG_FILE: cloud.cloudsFile };
  const { stdout } = await run(process.execPath, [cli, 'apply', '--auto-approve', '--json', path], { env });
  const document = JSON.parse(stdout) as { results: { status: string; image_id: string; region: string }[] };
  if (document.results.some(({ status }) => status !== 'done')) throw new Error(stdout);
  return async () => {
    await run(process.execPath, [cli, 'delete', '--auto-approve', path], { env });
  };
}

async function uploadByCurl(file: string, keystone: string, glance: string): Promise<CleanUp> {
  const { stdout } = await run('bash', ['-c', CURL], {
    env: { ...process.env, KEYSTONE: keystone, GLANCE: glance, FILE: file, LOGIN },
  });
  const [id = '', token = ''] = stdout.trim().split(' ');
  return async () => {
    await run('curl', ['-sf', '-X', 'DELETE', '-H', `X-Auth-Token: ${token}`, `${glance}/v2/images/${id}`]);
  };
}
