import { placeInWords, placeOf, type CloudProblem } from '../core/keystone/clouds/cloud-problem.ts';
import { cloudAt, type Cloud } from '../core/keystone/clouds/configuration.ts';
import type { Place } from '../core/place.ts';
import type { Problem } from '../core/problem.ts';
import { SEVERITY_STYLE } from './commands/show-plans.ts';
import type { CommandDeps } from './command-deps.ts';

/**
 * Prints the problems of cloud files and of the clouds in use. A cloud that can't be used at
 * all is not printed here: using it fails with the reason.
 * @param files definition files: each may have its own `clouds.yaml` beside it
 */
export async function showCloudProblems(
  places: readonly Place[],
  files: readonly (string | undefined)[],
  { engine, terminal }: Pick<CommandDeps, 'engine' | 'terminal'>,
): Promise<void> {
  const configurations = await Promise.all([...new Set(files)].map((file) => engine.clouds(file)));
  const lines = new Map<string, Problem['severity']>();
  for (const { clouds, problems } of configurations) {
    if (clouds.length > 0) for (const problem of problems) lines.set(inWords(problem), problem.severity);
    for (const cloud of clouds.flatMap((each) => usedOf(each, places))) {
      for (const problem of warnings(cloud)) lines.set(inWords(problem), problem.severity);
    }
  }
  for (const [line, severity] of lines) terminal.problem(line, SEVERITY_STYLE[severity]);
}

/** The cloud as configured for each of its places. */
function usedOf(cloud: Cloud, places: readonly Place[]): readonly Cloud[] {
  return places
    .filter((place) => place.cloud === cloud.name && place.origin === cloud.origin)
    .map((place) => cloudAt(cloud, place.region));
}

function inWords(problem: CloudProblem): string {
  const { severity, message, code } = problem;
  const place = placeOf(problem);
  // A problem of a whole file names it already.
  const where = place === undefined || message.startsWith(place.file) ? '' : `${placeInWords(place)}: `;
  return `${where}${severity}: ${message} [${code}]`;
}

function warnings(cloud: Cloud): readonly CloudProblem[] {
  const written = cloud.problems.filter(({ severity }) => severity !== 'error');
  if (cloud.tls.verify) return written;
  const message = `The certificate of cloud "${cloud.name}" is not checked, as set in ${cloud.origin}.`;
  return [...written, { severity: 'warning', code: 'certificate-not-checked', message }];
}
