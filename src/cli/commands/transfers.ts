import process from 'node:process';
import { describePlace } from '../../core/place.ts';
import { PHASE_WORDS } from '../../core/reconcile/model/phases.ts';
import type { ApplyEvent, ApplyResult } from '../../core/reconcile/model/result.ts';
import { resultSummary } from '../../core/reconcile/words/describe.ts';
import { applyReport } from '../../core/reconcile/words/report.ts';
import { openTransferHosts, type FoundRun, type TransferHosts } from '../../transfers/hosts.ts';
import type { LeftPlan } from '../../transfers/journal.ts';
import { showApplyProgress, type ApplyProgress } from '../apply-progress.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { exitCode, showResult } from './apply.ts';

/** Options of `transfers`. */
export interface TransfersOptions {
  readonly json?: boolean;
  /** Id of a run, which may have ended, or true for all that run. */
  readonly follow?: string | true;
  /** Id of a run, or true for all. */
  readonly cancel?: string | true;
}

/** `transfers`: what runs without a terminal or window, and what was interrupted. */
export async function transfers(options: TransfersOptions, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const hosts = openTransferHosts({ version: version(), answers: {} });
  try {
    if (options.cancel !== undefined) return await cancel(options.cancel, hosts, terminal);
    if (options.follow !== undefined) return await follow(options.follow, { hosts, terminal, signal, options });
    return await list(options, hosts, terminal);
  } finally {
    hosts.dispose();
  }
}

/** Cancels, and waits for what is left where. */
async function cancel(wanted: string | true, hosts: TransferHosts, terminal: Terminal): Promise<ExitCode> {
  const found = (await hosts.runs()).filter(({ run, running }) => running && (wanted === true || run === wanted));
  if (found.length === 0) {
    terminal.problem(
      wanted === true ? 'Nothing runs in the background.' : `Nothing runs under the id ${wanted}.`,
      'red',
    );
    return EXIT.failed;
  }
  for (const each of found) {
    const run = await each.follow(() => () => undefined);
    run.cancel();
    for (const result of await run.results) showResult(result, undefined, terminal, process.cwd());
  }
  return EXIT.done;
}

/** What is known of one plan of a run. */
interface Standing {
  readonly run: string;
  readonly name: string;
  readonly cloud: string;
  readonly region: string;
  readonly action: string;
  readonly state: string;
  readonly sent: number | null;
  readonly total: number | null;
}

async function list(options: TransfersOptions, hosts: TransferHosts, terminal: Terminal): Promise<ExitCode> {
  const standings = [
    ...(await Promise.all((await hosts.runs()).map(standingsOf))).flat(),
    ...(await hosts.left()).flatMap(({ run, plans }) => plans.map((plan) => leftStanding(run, plan))),
  ];
  if (options.json === true) terminal.document({ format_version: 1, transfers: standings });
  if (standings.length === 0) terminal.line('Nothing runs in the background.');
  for (const { run, name, cloud, region, action, state, sent, total } of standings) {
    const percent = sent === null || total === null || total === 0 ? '' : `, ${Math.floor((sent / total) * 100)}%`;
    terminal.line(
      `${run}  ${JSON.stringify(name)} in ${describePlace({ cloud, region, origin: '' })}: ${action}, ${state}${percent}`,
    );
  }
  await hosts.forgetFinished();
  return EXIT.done;
}

async function standingsOf(found: FoundRun): Promise<readonly Standing[]> {
  const latest = new Map<
    string,
    { readonly state: string; readonly sent: number | null; readonly total: number | null }
  >();
  const run = await found.follow(() => (event) => {
    const before = latest.get(event.plan) ?? { state: 'waiting', sent: null, total: null };
    latest.set(event.plan, { ...before, ...changed(event) });
  });
  return run.plans.map(({ id, definition, place: { cloud, region }, action }) => ({
    run: run.id,
    name: definition.arguments.name,
    cloud,
    region,
    action,
    ...(latest.get(id) ?? { state: 'waiting', sent: null, total: null }),
  }));
}

function changed(event: ApplyEvent): Partial<Standing> {
  switch (event.type) {
    case 'phase':
      return { state: PHASE_WORDS[event.phase].activity, sent: null, total: null };
    case 'progress':
      return { sent: event.sent, total: event.total };
    case 'fetching':
      return { sent: event.done, total: event.total ?? null };
    case 'result':
      return { state: event.result.status, sent: null, total: null };
    default:
      return {};
  }
}

function leftStanding(run: string, plan: LeftPlan): Standing {
  const { name, cloud, region, action, phase, ended } = plan;
  const image = plan.imageId === undefined ? '' : ` (image ${plan.imageId})`;
  const interrupted = `interrupted at the step "${PHASE_WORDS[phase].step}"${image}; apply again to resume`;
  return { run, name, cloud, region, action, state: ended?.status ?? interrupted, sent: null, total: null };
}

/** All runs may well be none; a run that is named has to be there. */
function nothingRuns(wanted: string | true, terminal: Terminal): ExitCode {
  if (wanted === true) {
    terminal.line('Nothing runs in the background.');
    return EXIT.done;
  }
  terminal.problem(`There is no run ${JSON.stringify(wanted)}.`, 'red');
  return EXIT.failed;
}

interface Following {
  readonly hosts: TransferHosts;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly options: TransfersOptions;
}

/** Shows what runs until it has ended. Ctrl+C ends the showing, not the work. */
async function follow(wanted: string | true, { hosts, terminal, signal, options }: Following): Promise<ExitCode> {
  const running = (await hosts.runs()).filter((run) => (wanted === true ? run.running : run.run === wanted));
  if (running.length === 0) return nothingRuns(wanted, terminal);
  const results = await Promise.all(running.map((run) => followOne(run, terminal, signal)));
  const all = results.flat();
  if (options.json === true) terminal.document(applyReport(all));
  if (signal.aborted) return EXIT.cancelled;
  terminal.line(`Apply: ${resultSummary(all)}.`, 'bold');
  return exitCode(all);
}

async function followOne(found: FoundRun, terminal: Terminal, signal: AbortSignal): Promise<readonly ApplyResult[]> {
  let progress: Promise<ApplyProgress> | undefined;
  const run = await found.follow((plans) => {
    const shown = (progress = showApplyProgress(plans, terminal));
    return (event) => void shown.then((each) => each.tell(event));
  });
  const aborted = Promise.withResolvers<readonly ApplyResult[]>();
  signal.addEventListener('abort', () => aborted.resolve([]), { once: true });
  const results = await Promise.race([run.results, aborted.promise]).finally(async () => (await progress)?.stop());
  for (const result of results) showResult(result, undefined, terminal, process.cwd());
  return results;
}
