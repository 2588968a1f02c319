import { problemAt } from '../../../definition/problem-at.ts';
import type { Problem } from '../../../problem.ts';
import type { Action } from '../../model/plan.ts';
import type { PlanInput } from '../plan-input.ts';

/** A path of any image: access rules do not name ids. */
const IMAGE = '/images/00000000-0000-0000-0000-000000000000';

/** Says before anything is sent which requests of a plan the login's access rules do not allow: Glance answers them with a bare 401. */
export function accessProblems(
  { definition, mayRequest }: Pick<PlanInput, 'definition' | 'mayRequest'>,
  action: Action,
): readonly Problem[] {
  if (mayRequest === undefined) return [];
  const { web_download: fetches = false, on_replace: afterwards } = definition.arguments;
  const sends = fetches ? (['POST', `${IMAGE}/import`] as const) : (['PUT', `${IMAGE}/file`] as const);
  const change = ['PATCH', IMAGE] as const;
  const needed: Readonly<Partial<Record<Action, readonly (readonly [method: string, path: string])[]>>> = {
    adopt: [change],
    update: [change],
    upload: [sends, change],
    create: [['POST', '/images'], sends, change],
    replace: [['POST', '/images'], sends, change, ...(afterwards === 'delete' ? [['DELETE', IMAGE] as const] : [])],
  };
  const missing = (needed[action] ?? [])
    .filter(([method, path]) => !mayRequest(method, path))
    .map(([method, path]) => `${method} /v2${path.replace(IMAGE, '/images/{image_id}')}`);
  if (missing.length === 0) return [];
  const text = `The access rules of this application credential do not allow ${missing.join(', ')}. Nothing was sent. Use a credential with rules for these requests, or without rules.`;
  return [problemAt(definition, 'error', 'access-rules', text, 'cloud')];
}
