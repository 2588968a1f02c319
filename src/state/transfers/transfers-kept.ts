import * as v from 'valibot';
import { listOf, orNull } from '../../core/stored-json.ts';
import { TRANSFER_STATUSES, type Transfer } from '../../webview/transfers/protocol.ts';
import { PHASES } from '../../core/reconcile/model/phases.ts';

const number = v.pipe(v.number(), v.finite());
const phase = v.picklist(PHASES);

const transfer = v.object({
  id: v.string(),
  name: v.string(),
  action: v.string(),
  cloud: v.string(),
  region: v.string(),
  origin: v.string(),
  imageId: orNull(v.string()),
  file: v.string(),
  key: v.string(),
  index: number,
  status: v.picklist(TRANSFER_STATUSES),
  cancelling: v.fallback(v.literal(false), false),
  phase,
  phases: listOf(phase),
  sent: number,
  total: number,
  cloudSize: orNull(number),
  startedAt: number,
  endedAt: orNull(number),
  throughput: listOf(number),
  digests: listOf(v.object({ algorithm: v.string(), here: orNull(v.string()), cloud: orNull(v.string()) })),
  verified: v.fallback(
    v.object({ size: orNull(v.boolean()), md5: orNull(v.boolean()), multihash: orNull(v.boolean()) }),
    { size: null, md5: null, multihash: null },
  ),
  error: orNull(
    v.object({
      code: v.string(),
      message: v.string(),
      next: orNull(v.string()),
      status: orNull(number),
      requestId: orNull(v.string()),
    }),
  ),
});

/** Reads stored transfers, perhaps of another version. Invalid entries are left out. */
export function readTransfers(kept: unknown): readonly Transfer[] {
  return v.parse(listOf(transfer), kept);
}
