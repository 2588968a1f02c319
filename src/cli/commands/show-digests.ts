import { digestVerdict } from '../../core/reconcile/words/describe.ts';
import type { Terminal } from '../terminal.ts';
import type { DigestPair, Verified } from '../../core/reconcile/model/result.ts';

/** Prints both digests of every algorithm below each other, to compare them by eye. */
export function showDigests(
  { digests, verified }: { readonly digests: readonly DigestPair[]; readonly verified: Verified },
  terminal: Terminal,
): void {
  terminal.line(`  size    ${verified.size === null ? 'not verified' : verified.size ? 'match' : 'MISMATCH'}`);
  for (const pair of digests) {
    terminal.line(`  ${pair.algorithm.padEnd(7)} ${digestVerdict(pair, verified.multihash === true)}`);
    terminal.line(`    here  ${pair.here ?? 'not computed'}`, 'dim');
    terminal.line(`    cloud ${pair.cloud ?? 'not reported'}`, 'dim');
  }
}
