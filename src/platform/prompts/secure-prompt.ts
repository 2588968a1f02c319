import type * as vscode from 'vscode';
import type { EngineOptions } from '../../core/engine.ts';
import { consentKey } from '../../core/keystone/clouds/secure-consent.ts';
import { askModal } from './questions.ts';

const kept = 'secureConsents';

/**
 * Asks, once for each address, whether the user's `secure.yaml` may complete a cloud that a workspace describes. What was agreed
 * to is remembered for all workspaces; it names files and addresses and holds no secret.
 */
export function confirmSecure(memory: vscode.Memento): NonNullable<EngineOptions['confirmSecure']> {
  return async (cloud, consent) => {
    const key = consentKey(consent);
    const agreed = memory.get<readonly string[]>(kept, []);
    if (agreed.includes(key)) return true;
    const send = 'Send';
    const detail = [
      `The cloud "${cloud}" of this workspace would send the secrets of ${consent.secureFile} to:`,
      consent.receivers.join('\n'),
      consent.ownCertificates ? 'The workspace decides how the certificate of that address is checked.' : undefined,
      'Allow this only if it is the address of your cloud.',
    ].filter((line) => line !== undefined);
    const question = `Send your secrets to ${consent.receivers.map(hostOf).join(', ')}?`;
    if (!(await askModal({ question, detail: detail.join('\n\n'), button: send }))) return false;
    await memory.update(kept, [...agreed, key]);
    return true;
  };
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
