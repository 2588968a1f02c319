import { parseArgs } from 'node:util';

/** What a run of the torture shall do. */
export interface TortureOptions {
  readonly cloud: 'sandbox' | 'openstack';
  readonly minutes: number;
  /** It ends after this many, if the minutes have not passed before. */
  readonly rounds: number;
  readonly seed: string;
  /** Whether the two machines share host name and the path of their home, as two containers do. */
  readonly twins: boolean;
  /** It ends with the first violation. */
  readonly stopAtFirst: boolean;
}

/** @throws TypeError for words that it does not know */
export function readOptions(words: readonly string[]): TortureOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      cloud: { type: 'string', default: 'sandbox' },
      minutes: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '12' },
      apart: { type: 'boolean', default: false },
      'stop-at-first': { type: 'boolean', default: false },
    },
  });
  if (values.cloud !== 'sandbox' && values.cloud !== 'openstack')
    throw new TypeError(`--cloud is sandbox or openstack, not ${values.cloud}.`);
  return {
    cloud: values.cloud,
    minutes: positive('--minutes', values.minutes),
    rounds: positive('--rounds', values.rounds),
    seed: values.seed,
    twins: !values.apart,
    stopAtFirst: values['stop-at-first'],
  };
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new TypeError(`${option} ${text} is no number above 0.`);
}
