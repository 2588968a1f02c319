import type { Definition } from '../../../definition/definition.ts';
import type { Failure } from '../../../failure.ts';
import type { Problem } from '../../../problem.ts';
import type { AddressKind } from '../../../source/url/address.ts';
import { problemAtSource } from '../../../definition/problem-at.ts';
import type { RemoteFacts } from '../../../source/source-facts.ts';

/** Says so if a source does not come from the public network: a stranger may have written the definition. */
export function networkProblems(
  definition: Definition,
  { name, kind }: RemoteFacts,
  network: AddressKind,
): readonly Problem[] {
  if (network === 'public') return [];
  const where = network === 'loopback' ? 'this machine itself' : 'a private network';
  const there = network === 'loopback' ? 'its own loopback' : 'a private network of the cloud';
  const text =
    kind === 'cloud'
      ? `The source ${name} is fetched by Glance from ${there}, which most clouds refuse.`
      : `The source ${name} is fetched from ${where}.`;
  return [problemAtSource(definition, 'information', 'source-not-public', text)];
}

/**
 * Says that this machine could not ask a source that Glance fetches itself whether it has something new. What another
 * server answered is a warning, for Glance may get the same.
 */
export function unreachedProblem(definition: Definition, { name }: RemoteFacts, why: Failure): Problem {
  const answered = why.status !== undefined;
  const text = answered
    ? `${why.message} This machine got HTTP ${String(why.status)}, and Glance may get the same.`
    : `This machine can't reach ${name} (${why.message}), so it can't notice when the source changes. Glance fetches it itself.`;
  const severity = answered ? 'warning' : 'information';
  return problemAtSource(definition, severity, 'source-not-reached', text);
}
