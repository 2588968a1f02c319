import { isAbort, toFailure, type Failure } from '../../core/failure.ts';
import type { ShareAnswer } from '../../core/glance/answer-share.ts';
import { errorReport, FORMAT_VERSION } from '../../core/reconcile/words/report.ts';
import { nameInPlace } from '../../core/reconcile/words/describe.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import { chosenPlaces, findImage, type FoundImage } from './places.ts';

interface Answered {
  readonly id: string;
  readonly found?: FoundImage;
  readonly failure?: Failure;
}

/** `accept ID…` and `reject ID…`: responds to images that other projects share with this one. */
export async function answerShares(
  ids: readonly string[],
  answer: ShareAnswer,
  options: CommonOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal } = deps;
  const places = await chosenPlaces(options, deps);
  const results: Answered[] = [];
  for (const id of new Set(ids)) {
    const result = await answerOne(id, answer, places, deps);
    if (result === 'cancelled') {
      terminal.problem(`Cancelled. ${results.length} of ${new Set(ids).size} were answered.`, 'yellow');
      return EXIT.cancelled;
    }
    results.push(result);
    if (result.failure !== undefined)
      terminal.problem(`error: ${id}: ${result.failure.explain()} [${result.failure.code}]`, 'red');
    else if (result.found !== undefined)
      terminal.line(`${answer}: ${nameInPlace(result.found.image.name, result.found.place)}, image ${id}`, 'green');
  }
  if (options.json === true) {
    terminal.document({ format_version: FORMAT_VERSION, results: results.map((each) => answerReport(each, answer)) });
  }
  return results.some(({ failure }) => failure !== undefined) ? EXIT.failed : EXIT.done;
}

async function answerOne(
  id: string,
  answer: ShareAnswer,
  places: Parameters<typeof findImage>[1],
  deps: CommandDeps,
): Promise<Answered | 'cancelled'> {
  let found: FoundImage | undefined;
  try {
    found = await findImage(id, places, deps);
    await deps.engine.answerShare(found.place, id, answer, deps.signal);
    return { id, found };
  } catch (error) {
    if (isAbort(error)) return 'cancelled';
    return { id, failure: toFailure(error), ...(found === undefined ? {} : { found }) };
  }
}

function answerReport({ id, found, failure }: Answered, answer: ShareAnswer): object {
  return {
    cloud: found?.place.cloud ?? null,
    region: found?.place.region ?? null,
    image_id: id,
    name: found?.image.name ?? null,
    status: failure === undefined ? answer : 'failed',
    error: failure === undefined ? null : errorReport(failure),
  };
}
