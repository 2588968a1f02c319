import type { CloudProblem, KeyPath } from './cloud-problem.ts';

/** An address of an entry, filled in, with the possible paths of its key. */
interface Written {
  readonly key: string;
  readonly value: string | undefined;
  readonly keys: readonly KeyPath[];
}

/** What is wrong with the addresses of a cloud: each has to be an http or https URL. */
export function checkAddresses(cloud: string, written: readonly Written[]): readonly CloudProblem[] {
  return written.flatMap(({ key, value = '', keys }) => {
    const { protocol = '' } = URL.parse(value) ?? {};
    if (value === '' || protocol === 'http:' || protocol === 'https:') return [];
    const shown = withoutLogin(value);
    const next = shown.includes('://') ? '' : ` Write "https://${shown}", or http.`;
    const message = `"${key}" of the cloud "${cloud}" is "${shown}", which is not an http or https URL.${next}`;
    return [{ severity: 'error' as const, code: 'address-invalid' as const, message, keys }];
  });
}

/** Without user, password and query, even where the text is no URL. */
function withoutLogin(address: string): string {
  const [bare = ''] = address.split('?', 1);
  return bare.replace(/^([^/]*:\/\/)?[^/]*@/, (_, scheme: string | undefined) => scheme ?? '');
}
