import { setTimeout as pause } from 'node:timers/promises';
import type { CloudFacts } from '../../core/cloud-facts.ts';
import { stringIn, stringsIn } from '../../core/definition/text/cursor.ts';
import type { ObjectNode } from '../../core/definition/text/syntax-tree.ts';
import { isTrusted } from '../../platform/trust.ts';
import type { CloudKnowledge, FactsQuestion } from '../../state/clouds/cloud-knowledge.ts';

/** ms that a suggestion waits for a cloud; what comes later is there with the next key. */
const PATIENCE = 500;

/** What a cloud said, and whether more may come. */
export interface FactsSoFar {
  readonly facts: CloudFacts | undefined;
  readonly late: boolean;
}

/** What the cloud of a definition says of itself, as far as it does before a suggestion has to be shown. Restricted Mode asks nobody. */
export async function factsInTime(knowledge: CloudKnowledge, question: FactsQuestion): Promise<FactsSoFar> {
  if (!isTrusted()) return { facts: undefined, late: false };
  const late = Symbol();
  const found = await Promise.race([knowledge.want(question), pause(PATIENCE, late)]);
  return typeof found === 'symbol' ? { facts: knowledge.peek(question), late: true } : { facts: found, late: false };
}

/** Which cloud and region an object means, by what it says so far. */
export function questionOf(object: ObjectNode | undefined, file: string): FactsQuestion {
  const region = stringIn(object, 'region') ?? stringsIn(object, 'regions')[0];
  return { cloud: stringIn(object, 'cloud'), region, file };
}
