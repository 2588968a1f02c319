import { extname, join } from 'node:path';
import type { EngineAnswers } from '../core/engine.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import { hostsFolder } from '../transfers/announcement.ts';
import { answersOf } from '../transfers/answers.ts';
import { TransferHosts } from '../transfers/hosts.ts';
import { trustedCertificates } from '../transfers/start.ts';
import { version } from './version.ts';

/** The host's file: beside this bundle, or in its own folder of the sources. */
const PROGRAM =
  extname(import.meta.filename) === '.ts'
    ? join(import.meta.dirname, '..', 'transfers', 'main.ts')
    : join(import.meta.dirname, 'transfer-host.cjs');

/** The transfer hosts, as the command line uses them. */
export function transferHosts(
  answers: EngineAnswers = {},
  confirmAgain?: (plans: readonly Plan[]) => Promise<boolean>,
): TransferHosts {
  return new TransferHosts({
    folder: hostsFolder(),
    version: version(),
    program: PROGRAM,
    certificates: trustedCertificates(false),
    answers: answersOf(answers, confirmAgain),
  });
}
