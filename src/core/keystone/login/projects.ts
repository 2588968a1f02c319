import { field, failureOf, parseJson } from '../../http/answers.ts';
import type { HttpAnswer, HttpRequest } from '../../http/http.ts';

/** A project of a cloud. */
export interface Project {
  readonly id: string;
  readonly name: string;
}

/**
 * The projects that a login may list: all for an administrator, else those in which it has a role. Throws `Failure`
 * with `keystone-failed`.
 * @param root of Keystone's API v3, without a trailing slash
 * @param send sends a request with the login's token
 */
export async function listProjects(
  root: string,
  send: (request: HttpRequest) => Promise<HttpAnswer>,
  signal: AbortSignal | undefined,
): Promise<readonly Project[]> {
  const get = (path: string): Promise<HttpAnswer> =>
    send({
      method: 'GET',
      url: `${root}${path}`,
      headers: { accept: 'application/json' },
      ...(signal === undefined ? {} : { signal }),
    });
  const all = await get('/projects');
  const answer = all.status === 200 ? all : await get('/auth/projects');
  if (answer.status !== 200) throw failureOf(answer, 'keystone-failed', 'Listing the projects failed');
  const projects = field(parseJson(answer.body), 'projects');
  if (!Array.isArray(projects)) return [];
  return projects.flatMap((each: unknown) => {
    const [id, name] = [field(each, 'id'), field(each, 'name')];
    return typeof id === 'string' && typeof name === 'string' ? [{ id, name }] : [];
  });
}
