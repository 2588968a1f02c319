import { readFileSync } from 'node:fs';

/** Pages of comments that are searched for an earlier one, of 100 each. */
const PAGES_AT_MOST = 20;

/** Where the comment of a plan goes. */
export interface PullRequest {
  /** `https://api.github.com`, or a GitHub Enterprise Server's. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
}

/** The pull request that this run is for; `undefined` for any other event. */
export function pullRequestOf(environment: Readonly<Record<string, string | undefined>>): PullRequest | undefined {
  const { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_REPOSITORY: repository = '' } = environment;
  const file = environment.GITHUB_EVENT_PATH ?? '';
  if (file === '' || repository === '') return undefined;
  const number = property(property(JSON.parse(readFileSync(file, 'utf8')), 'pull_request'), 'number');
  return typeof number === 'number' ? { api, repository, number } : undefined;
}

/**
 * Writes the comment, or changes the one of an earlier run, which begins with the same marker. Throws an `Error` with the answer's
 * status, e.g. where the token of a fork's pull request may only read.
 *
 * @param marker an HTML comment, which nobody sees
 */
export async function writeComment(
  { api, repository, number }: PullRequest,
  token: string,
  marker: string,
  markdown: string,
): Promise<void> {
  const comments = `${api}/repos/${repository}/issues/${String(number)}/comments`;
  const earlier = await find(comments, token, marker);
  const body = JSON.stringify({ body: `${marker}\n${markdown}` });
  if (earlier === undefined) await ask(comments, token, { method: 'POST', body });
  else await ask(`${api}/repos/${repository}/issues/comments/${String(earlier)}`, token, { method: 'PATCH', body });
}

/** The id of the comment that this Action made. One of a person is left alone, whatever it begins with. */
async function find(comments: string, token: string, marker: string): Promise<number | undefined> {
  for (let page = 1; page <= PAGES_AT_MOST; page += 1) {
    const list = await ask(`${comments}?per_page=100&page=${String(page)}`, token, {});
    if (!Array.isArray(list)) return undefined;
    for (const each of list as readonly unknown[]) {
      const [id, body] = [property(each, 'id'), property(each, 'body')];
      const byBot = property(property(each, 'user'), 'type') === 'Bot';
      if (byBot && typeof id === 'number' && typeof body === 'string' && body.startsWith(marker)) return id;
    }
    if (list.length < 100) return undefined;
  }
  return undefined;
}

async function ask(
  url: string,
  token: string,
  request: { readonly method?: string; readonly body?: string },
): Promise<unknown> {
  const answer = await fetch(url, {
    ...request,
    redirect: 'error',
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'glance-images',
      'x-github-api-version': '2022-11-28',
    },
  });
  if (!answer.ok) throw new Error(`${request.method ?? 'GET'} ${url} was answered ${String(answer.status)}`);
  return answer.json();
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
