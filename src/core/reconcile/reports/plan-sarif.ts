import type { Severity } from '../../problem.ts';
import type { Plan } from '../model/plan.ts';
import { placedProblem } from '../words/describe.ts';

const LEVELS = { error: 'error', warning: 'warning', information: 'note' } as const satisfies Record<Severity, string>;

/**
 * The problems of plans at their lines (SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
 * @param shown a file's path from the root of the repository, with slashes
 */
export function planSarif(plans: readonly Plan[], shown: (file: string) => string): object {
  const results = plans.flatMap((plan) =>
    plan.problems.map((problem) => {
      const { severity, code, message, line = 1, column = 1 } = placedProblem(plan, problem);
      const artifactLocation = { uri: encodeURI(shown(plan.definition.file)) };
      const region = { startLine: line, startColumn: column };
      return {
        ruleId: code,
        level: LEVELS[severity],
        message: { text: message },
        locations: [{ physicalLocation: { artifactLocation, region } }],
      };
    }),
  );
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].map((id) => ({ id }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'glance-images', rules } }, columnKind: 'utf16CodeUnits', results }],
  };
}
