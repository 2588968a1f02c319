// Applies a new image to a real Glance, verified, against curl doing token, create, upload and show with no verification;
// then the same to two regions, against two such curls side by side with md5sum and sha512sum.
// node test/bench/apply.ts [MiB] [rounds], with OS_CLIENT_CONFIG_FILE of a cloud from test/openstack/devcloud.
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { describe, inTurn, ratio, type Measurement } from './ratios.ts';

const run = promisify(execFile);

type CleanUp = () => Promise<void>;

const mebibytes = Number(process.argv[2] ?? '1024');
const rounds = Number(process.argv[3] ?? '3');
const keystone = process.env.BENCH_KEYSTONE ?? 'http://127.0.0.1:5000/v3';
const regions = { RegionOne: 'http://127.0.0.1:9292', RegionTwo: 'http://127.0.0.1:9293' } as const;
const cloud = 'devcloud-demo';

const curl = `
set -euo pipefail
token=$(curl -sf -D - -o /dev/null -H 'Content-Type: application/json' "$KEYSTONE/auth/tokens" -d '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"demo","domain":{"name":"Default"},"password":"demo"}}},"scope":{"project":{"name":"demo","domain":{"name":"Default"}}}}}' | tr -d '\\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
id=$(curl -sf -H "X-Auth-Token: $token" -H 'Content-Type: application/json' "$GLANCE/v2/images" -d '{"name":"bench","disk_format":"raw","container_format":"bare"}' | sed 's/.*"id": *"\\([^"]*\\)".*/\\1/')
curl -sf -H "X-Auth-Token: $token" -H 'Content-Type: application/octet-stream' -T "$FILE" "$GLANCE/v2/images/$id/file"
curl -sf -H "X-Auth-Token: $token" "$GLANCE/v2/images/$id" >/dev/null
echo "$id $token"
`;

const folder = await mkdtemp(join(tmpdir(), 'glance-images-bench-'));
try {
  const file = join(folder, 'image.raw');
  await makeFile(file, mebibytes);
  const results = await inTurn(rounds, [
    ['ours, one region', (round) => applyOurs(file, round, ['RegionOne'])],
    ['curl, one region', () => upload(file, regions.RegionOne)],
    ['ours, two regions', (round) => applyOurs(file, round, ['RegionOne', 'RegionTwo'])],
    ['two curls, md5sum and sha512sum', () => uploadToBoth(file)],
  ]);
  for (const result of results) console.log(describe(result));
  const [one, curlOne, two, curlTwo] = results as [Measurement, Measurement, Measurement, Measurement];
  console.log(ratio(one, curlOne));
  console.log(ratio(two, curlTwo));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function makeFile(path: string, size: number): Promise<void> {
  const stream = createWriteStream(path);
  for (let index = 0; index < size; index += 1) {
    if (!stream.write(randomBytes(1024 * 1024))) await new Promise<void>((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  await finished(stream);
}

async function applyOurs(file: string, round: number, where: readonly string[]): Promise<CleanUp> {
  const path = join(folder, `bench-${String(where.length)}.image.jsonc`);
  const name = `bench ${String(where.length)} ${String(round)} ${String(process.pid)}`;
  const definition = {
    name,
    container_format: 'bare',
    disk_format: 'raw',
    local_file_path: file,
    regions: where,
    cloud,
  };
  await writeFile(path, JSON.stringify(definition));
  const cli = ['dist/cli.js', 'apply', '--auto-approve', '--json', path];
  const { stdout } = await run(process.execPath, cli, {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, `cache-${String(round)}-${String(where.length)}`) },
  });
  const document = JSON.parse(stdout) as { results: { status: string; image_id: string; region: string }[] };
  if (document.results.some(({ status }) => status !== 'done')) throw new Error(stdout);
  return async () => {
    await run(process.execPath, ['dist/cli.js', 'delete', '--auto-approve', path]);
  };
}

async function upload(file: string, glance: string): Promise<CleanUp> {
  const { stdout } = await run('bash', ['-c', curl], {
    env: { ...process.env, KEYSTONE: keystone, GLANCE: glance, FILE: file },
  });
  const [id = '', token = ''] = stdout.trim().split(' ');
  return async () => {
    await run('curl', ['-sf', '-X', 'DELETE', '-H', `X-Auth-Token: ${token}`, `${glance}/v2/images/${id}`]);
  };
}

async function uploadToBoth(file: string): Promise<CleanUp> {
  const [uploads] = await Promise.all([
    Promise.all(Object.values(regions).map((glance) => upload(file, glance))),
    run('md5sum', [file]),
    run('sha512sum', [file]),
  ]);
  return async () => {
    for (const cleanUp of uploads) await cleanUp();
  };
}
