import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';

/** A GET as somebody sent it. */
export interface SentRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Runs `work` and returns what it gave, with every GET that this process sent meanwhile and the number of other requests. */
export async function recordRequests<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly gets: readonly SentRequest[]; readonly others: number }> {
  const gets: SentRequest[] = [];
  let others = 0;
  const listen = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('request' in message)) return;
    const { request } = message;
    if (!(request instanceof ClientRequest)) return;
    if (request.method !== 'GET') others += 1;
    else {
      const headers = Object.entries(request.getHeaders()).map(([name, value]) => [name, String(value)] as const);
      gets.push({
        url: `${request.protocol}//${String(request.getHeader('host'))}${request.path}`,
        headers: Object.fromEntries(headers),
      });
    }
  };
  subscribe('http.client.request.start', listen);
  try {
    return { value: await work(), gets, others };
  } finally {
    unsubscribe('http.client.request.start', listen);
  }
}

/** Sends them again one after the other, as plainly as Node can, and reads what comes as JSON. */
export async function replay(gets: readonly SentRequest[]): Promise<void> {
  for (const { url, headers } of gets) {
    const { host: _, connection: __, ...kept } = headers;
    const answer = await fetch(url, { headers: kept });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    await answer.json();
  }
}
