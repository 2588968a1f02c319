import type { LiveImage } from '../../glance/image.ts';
import type { PatchOperation } from '../../glance/service.ts';
import type { ApplyContext, ApplyRegion } from './context.ts';
import { checkApplied } from './operations.ts';
import type { Answered } from '../../http/answers.ts';

/** Sends a PATCH and checks that its answer holds what was asked. Throws `not-applied`. */
export async function patchChecked(
  id: string,
  operations: readonly PatchOperation[],
  region: ApplyRegion,
  { signal }: Pick<ApplyContext, 'signal'>,
): Promise<Answered<LiveImage>> {
  const answer = await region.images.patch(id, operations, signal);
  checkApplied(answer.value, operations, answer.requestId);
  return answer;
}
