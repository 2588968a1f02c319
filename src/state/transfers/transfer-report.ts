import type { Transfer } from '../../webview/transfers/protocol.ts';

/** A transfer as a JSON document to keep or send: what was done where, compared, or failed. It holds no secret. */
export function transferReport(transfer: Transfer): object {
  const { name, action, cloud, region, imageId, file, key, status, phase, sent, total, cloudSize, digests } = transfer;
  const { verified, error, startedAt, endedAt } = transfer;
  return {
    format_version: 1,
    name,
    action,
    cloud,
    region,
    image_id: imageId,
    file,
    key,
    status,
    last_phase: phase,
    started_at: new Date(startedAt).toISOString(),
    ended_at: endedAt === null ? null : new Date(endedAt).toISOString(),
    bytes_sent: sent,
    bytes_total: total,
    cloud_size: cloudSize,
    verified,
    digests,
    throughput_bytes_per_second: transfer.throughput,
    error:
      error === null
        ? null
        : {
            code: error.code,
            message: error.message,
            next: error.next,
            status: error.status,
            request_id: error.requestId,
          },
  };
}

/** The same for people, as Markdown. `escape` makes text from outside harmless. */
export function transferReportMarkdown(transfer: Transfer, escape: (text: string) => string): string {
  const { name, action, cloud, region, imageId, file, status, sent, total, verified, error } = transfer;
  const { startedAt, endedAt, digests } = transfer;
  const facts: readonly (readonly [string, string])[] = [
    ['Action', escape(action)],
    ['Place', escape(region === '' ? cloud : `${cloud}/${region}`)],
    ['Image', imageId ?? 'none'],
    [action === 'download' ? 'File' : 'Definition', escape(file)],
    ['Status', status],
    ['Started', new Date(startedAt).toISOString()],
    ['Ended', endedAt === null ? 'not yet' : new Date(endedAt).toISOString()],
    [action === 'download' ? 'Received' : 'Sent', total === 0 ? 'no bytes' : `${sent} of ${total} bytes`],
    ['Size verified', inWords(verified.size)],
    ['MD5 verified', inWords(verified.md5)],
    ['Multihash verified', inWords(verified.multihash)],
  ];
  const failure =
    error === null
      ? []
      : [
          '',
          '## Error',
          '',
          `${escape(error.message)}${error.next === null ? '' : ` ${escape(error.next)}`}`,
          '',
          `Code ${error.code}, HTTP status ${error.status ?? 'none'}, request ID ${error.requestId ?? 'none'}`,
        ];
  const compared = digests.map(
    ({ algorithm, here, cloud: there }) =>
      `| ${escape(algorithm)} | ${escape(here ?? 'not computed')} | ${escape(there ?? 'not reported')} |`,
  );
  return [
    `# Transfer of ${escape(name)}`,
    '',
    '| | |',
    '| --- | --- |',
    ...facts.map(([title, value]) => `| ${title} | ${value} |`),
    ...(compared.length === 0
      ? []
      : [
          '',
          '## Checksums',
          '',
          '| Algorithm | Computed here | Reported by the cloud |',
          '| --- | --- | --- |',
          ...compared,
        ]),
    ...failure,
    '',
  ].join('\n');
}

function inWords(verified: boolean | null): string {
  return verified === null ? 'not compared' : verified ? 'yes' : 'NO: they differ';
}
