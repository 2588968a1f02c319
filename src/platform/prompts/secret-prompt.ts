import type * as vscode from 'vscode';
import type { EngineOptions } from '../../core/engine.ts';
import type { NamedSecrets } from '../memory/secrets.ts';
import { askModal, askText } from './questions.ts';

const agreedTo = 'secretVariableConsents';

/**
 * Asks, once for each server, whether a definition may send the value of an environment variable to it. What was agreed to is
 * remembered for all workspaces; it names variables and servers and holds no secret.
 */
export function confirmVariable(memory: vscode.Memento): NonNullable<EngineOptions['confirmSecret']> {
  return async (variable, origin) => {
    const key = JSON.stringify([variable, origin]);
    const agreed = memory.get<readonly string[]>(agreedTo, []);
    if (agreed.includes(key)) return true;
    const question = `Send the secret in the environment variable ${variable} to ${origin}?`;
    const detail = 'A definition in this workspace uses it. Allow this only if you know the server.';
    if (!(await askModal({ question, detail, button: 'Send' }))) return false;
    await memory.update(agreedTo, [...agreed, key]);
    return true;
  };
}

/**
 * Answers the engine's question for `${secret:NAME}`: the one that is kept for the address, else one that is kept for another, once the
 * user agreed that it is sent there too, else what the user types.
 */
export function askSecret(secrets: NamedSecrets): NonNullable<EngineOptions['secret']> {
  return async (name, origin) => {
    const kept = await secrets.get(name, origin);
    if (kept !== undefined) return kept;
    const [other] = await secrets.origins(name);
    if (other !== undefined) {
      const [from, value] = other;
      const button = 'Send';
      const detail = from === '' ? 'It has not been sent to any server yet.' : `It was saved for ${from}.`;
      const question = `Send the secret "${name}" to ${origin}?`;
      if (!(await askModal({ question, detail, button }))) return undefined;
      await secrets.keep(name, origin, value);
      return value;
    }
    const title = `Secret "${name}"`;
    const prompt = `A definition needs it for ${origin}. It is saved in VS Code's secret storage.`;
    const typed = await askText({ title, prompt, password: true, ignoreFocusOut: true });
    if (typed === undefined || typed === '') return undefined;
    await secrets.keep(name, origin, typed);
    return typed;
  };
}
