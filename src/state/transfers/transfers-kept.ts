import type { Transfer, TransferDigest, TransferPhase, TransferStatus } from '../../webview/transfers/protocol.ts';

/** What another window, perhaps of another version, kept. An entry that is no transfer is left out. */
export function readTransfers(kept: unknown): readonly Transfer[] {
  return Array.isArray(kept) ? kept.map(readTransfer).filter((transfer) => transfer !== undefined) : [];
}

const statuses: Readonly<Record<TransferStatus, true>> = {
  running: true,
  done: true,
  unchanged: true,
  unverified: true,
  partial: true,
  failed: true,
  blocked: true,
  declined: true,
  cancelled: true,
  interrupted: true,
};

const phases: Readonly<Record<TransferPhase, true>> = {
  waiting: true,
  downloading: true,
  decompressing: true,
  staging: true,
  uploading: true,
  importing: true,
  verifying: true,
  updating: true,
  copying: true,
  sharing: true,
  publishing: true,
  retiring: true,
};

function readTransfer(value: unknown): Transfer | undefined {
  if (!isObject(value)) return undefined;
  const { id, name, action, cloud, region, origin, file, key, index, status, phase, sent, total, startedAt } = value;
  if (![id, name, action, cloud, region, origin, file, key].every(isString)) return undefined;
  if (![index, sent, total, startedAt].every(isNumber)) return undefined;
  if (!isStatus(status) || !isPhase(phase)) return undefined;
  return {
    id: String(id),
    name: String(name),
    action: String(action),
    cloud: String(cloud),
    region: String(region),
    origin: String(origin),
    imageId: stringOrNull(value.imageId),
    file: String(file),
    key: String(key),
    index: Number(index),
    status,
    cancelling: false,
    phase,
    phases: list(value.phases).filter(isPhase),
    sent: Number(sent),
    total: Number(total),
    cloudSize: numberOrNull(value.cloudSize),
    startedAt: Number(startedAt),
    endedAt: numberOrNull(value.endedAt),
    throughput: list(value.throughput).filter(isNumber),
    digests: list(value.digests)
      .map(readDigest)
      .filter((digest) => digest !== undefined),
    verified: readVerified(value.verified),
    error: readError(value.error),
  };
}

function readDigest(value: unknown): TransferDigest | undefined {
  if (!isObject(value) || !isString(value.algorithm)) return undefined;
  return { algorithm: value.algorithm, here: stringOrNull(value.here), cloud: stringOrNull(value.cloud) };
}

function readVerified(value: unknown): Transfer['verified'] {
  const verified = isObject(value) ? value : {};
  const read = (name: string): boolean | null => (typeof verified[name] === 'boolean' ? verified[name] : null);
  return { size: read('size'), md5: read('md5'), multihash: read('multihash') };
}

function readError(value: unknown): Transfer['error'] {
  if (!isObject(value) || !isString(value.code) || !isString(value.message)) return null;
  return {
    code: value.code,
    message: value.message,
    next: stringOrNull(value.next),
    status: numberOrNull(value.status),
    requestId: stringOrNull(value.requestId),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isStatus(value: unknown): value is TransferStatus {
  return isString(value) && Object.hasOwn(statuses, value);
}

function isPhase(value: unknown): value is TransferPhase {
  return isString(value) && Object.hasOwn(phases, value);
}

function stringOrNull(value: unknown): string | null {
  return isString(value) ? value : null;
}

function numberOrNull(value: unknown): number | null {
  return isNumber(value) ? value : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
