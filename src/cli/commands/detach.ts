import type { Plan } from '../../core/reconcile/model/plan.ts';
import { subject } from '../../core/reconcile/words/describe.ts';
import { engineAnswers, engineSetup, type CommandDeps, type CommonOptions } from '../command-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openTransferHosts } from '../../transfers/hosts.ts';
import { version } from '../version.ts';
import { consentsOf, type PlanConsents } from './plan.ts';

/**
 * Hands agreed plans to the transfer host and returns once it has begun with one of them, which is after the login: until
 * then the terminal can be asked for a password. Throws `transfer-host`.
 */
export async function detach(
  plans: readonly Plan[],
  options: CommonOptions & PlanConsents & { readonly autoApprove?: boolean },
  { terminal, questions, signal }: CommandDeps,
): Promise<ExitCode> {
  const hosts = openTransferHosts({ version: version(), answers: engineAnswers(options, questions) });
  const begun = Promise.withResolvers<undefined>();
  try {
    const run = await hosts.begin(plans, engineSetup(options), {
      ...consentsOf(options),
      asks: options.autoApprove !== true,
      onEvent: () => begun.resolve(undefined),
    });
    const cancel = (): void => run.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    await Promise.race([begun.promise, run.results]);
    signal.removeEventListener('abort', cancel);
    if (options.json === true) terminal.document({ format_version: 1, run: run.id });
    for (const plan of plans) terminal.line(`${subject(plan)}: ${plan.action}, in the background`);
    terminal.line(`Run ${run.id} goes on without this terminal. "glance-images transfers --follow" shows it.`, 'bold');
    return signal.aborted ? EXIT.cancelled : EXIT.done;
  } finally {
    hosts.dispose();
  }
}
