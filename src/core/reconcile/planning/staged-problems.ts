import type { ErrorCode } from '../../error-codes.ts';
import type { Problem } from '../../problem.ts';
import type { Staged } from '../ownership/identity.ts';
import { problemAt } from '../../definition/problem-at.ts';
import { importGoesOn } from './web-download.ts';
import { describeStaged, judgeStaged, type StagedVerdict } from '../ownership/staged.ts';
import type { PlanInput } from './plan-input.ts';

/** What a plan does with an image that an apply staged and did not publish. An error blocks the plan. */
export interface PlannedStaged {
  readonly verdict: StagedVerdict['kind'];
  readonly problem: Problem;
}

/** Whether a plan that needs a new image resumes a staged one, and what it tells the user. */
export function planStaged(input: PlanInput, { image, state }: Staged): PlannedStaged {
  const { definition, now, recoverStuck } = input;
  const run = input.runState(state.run);
  const goesOn = importGoesOn(definition, image, input.source.kind === 'remote' ? input.source.facts : undefined);
  const situation = { definition, image, state, run, now, recoverStuck, importGoesOn: goesOn };
  const verdict = judgeStaged(situation);
  const say = (severity: Problem['severity'], code: ErrorCode, text: string): PlannedStaged => ({
    verdict: verdict.kind,
    problem: problemAt(definition, severity, code, text),
  });
  const obstacle = describeStaged(situation, verdict);
  if (obstacle !== undefined)
    return outside(say('error', verdict.kind === 'stuck' ? 'apply-stuck' : 'apply-in-progress', obstacle));
  return verdict.kind === 'restart'
    ? say(
        'warning',
        'recovers-stuck-image',
        `The image ${image.id} (${image.status}), left by an earlier apply, is deleted, and another one is created.`,
      )
    : say(
        'information',
        'resumes-staged-image',
        `An earlier apply was interrupted; this one continues with its image ${image.id} (${image.status}).`,
      );
}

function outside({ verdict, problem }: PlannedStaged): PlannedStaged {
  return { verdict, problem: { ...problem, outside: true } };
}

/** What a plan that needs no new image says about a staged one: nothing while its apply may be running. */
export function leftoverProblems(input: PlanInput, staged: Staged | undefined): readonly Problem[] {
  if (staged === undefined || planStaged(input, staged).verdict === 'in-progress') return [];
  const text = `An earlier apply left the image ${staged.image.id} (hidden, ${staged.image.status}), which is no longer needed. Delete it.`;
  return [problemAt(input.definition, 'information', 'staged-leftover', text)];
}
