import type { Definition } from '../../definition/definition.ts';
import { problemAtSource } from '../../definition/problem-at.ts';
import { isRemote, sourceOf } from '../../definition/source.ts';
import { isAbort, toFailure } from '../../failure.ts';
import type { SourceReader } from '../../source/source-reader.ts';
import type { RemoteFacts } from '../../source/source-facts.ts';
import type { DefinitionSources } from '../sources/definition-sources.ts';
import type { SourceFinding } from '../sources/source-finding.ts';
import { pathProblems, type Locate } from './problems/reach-problems.ts';
import { networkProblems, unreachedProblem } from './problems/source-problems.ts';
import type { FetchEvent } from '../model/result.ts';

/** What looking at sources works with. */
export interface FindSourceDeps {
  /** Where one of a definition's paths leads. Throws `Failure` for one that means nothing. */
  readonly locate: Locate;
  readonly reader: SourceReader;
  readonly sources: Pick<DefinitionSources, 'look' | 'fetch'>;
}

/** A source whose bytes are on this machine. */
type FileFinding = Extract<SourceFinding, { kind: 'file' }>;

/** What is known of a definition's source without reading or downloading all of it. Throws only when cancelled. */
export async function findSource(
  definition: Definition,
  { locate, reader, sources }: FindSourceDeps,
  signal: AbortSignal | undefined,
): Promise<SourceFinding> {
  return orProblem(definition, async () => {
    const source = sourceOf(definition);
    const problems = await pathProblems(definition, locate);
    if (source.kind === 'none') return { kind: 'none' };
    if (isRemote(source)) {
      const { facts, network, unreached } = await sources.look(definition, signal);
      const ofNetwork = networkProblems(definition, facts, network);
      const ofReach = unreached === undefined ? [] : [unreachedProblem(definition, facts, unreached)];
      return { kind: 'remote', facts, problems: [...problems, ...ofNetwork, ...ofReach] };
    }
    const { path } = await locate(source.path, definition);
    const { identity, digests } = await reader.identify(path);
    const inspection = await reader.inspect(path);
    const facts = { path, size: identity.size, inspection, ...(digests === undefined ? {} : { digests }) };
    return { kind: 'file', facts, problems };
  });
}

/** Reads a file once to compute digests. Throws only when cancelled. */
export async function readDigests(
  definition: Definition,
  source: FileFinding,
  algorithms: readonly string[],
  { reader }: { readonly reader: Pick<SourceReader, 'digests'> },
  signal: AbortSignal | undefined,
): Promise<SourceFinding> {
  return orProblem(definition, async () => {
    const digests = await reader.digests(source.facts.path, algorithms, signal);
    return { ...source, facts: { ...source.facts, digests } };
  });
}

/**
 * Downloads or decompresses the source of a definition. Throws only when cancelled.
 *
 * @param before what was known of the source without its bytes
 */
export async function fetchSource(
  definition: Definition,
  before: { readonly facts: RemoteFacts; readonly problems?: FileFinding['problems'] },
  { sources }: Pick<FindSourceDeps, 'sources'>,
  signal: AbortSignal | undefined,
  tell: (event: FetchEvent) => void,
): Promise<SourceFinding> {
  return orProblem(definition, async () => {
    const facts = await sources.fetch(definition, signal, tell);
    const ofNetwork = networkProblems(definition, before.facts, facts.network ?? 'public');
    const said = new Set(ofNetwork.map(({ code }) => code));
    const still = (before.problems ?? []).filter(({ code }) => STILL_TRUE.has(code) && !said.has(code));
    return { kind: 'file', facts, problems: [...still, ...ofNetwork] };
  });
}

/** Problems that remain true once the bytes are here. */
const STILL_TRUE: ReadonlySet<string> = new Set(['source-not-public', 'path-outside', 'path-is-link']);

async function orProblem(definition: Definition, find: () => Promise<SourceFinding>): Promise<SourceFinding> {
  try {
    return await find();
  } catch (error) {
    if (isAbort(error)) throw error;
    const failure = toFailure(error);
    return { kind: 'problem', problem: problemAtSource(definition, 'error', failure.code, failure.explain()) };
  }
}
