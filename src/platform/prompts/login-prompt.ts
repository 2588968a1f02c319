import type { AskLogin, LoginQuestion } from '../../core/keystone/login/login-answers.ts';
import type { Notifications } from './notifications.ts';
import type { SignedOutClouds } from '../../state/clouds/signed-out.ts';
import type { Passwords } from '../memory/secrets.ts';
import { askText } from './questions.ts';

/**
 * Answers the engine's questions for passwords and passcodes. A password that is kept is used. Once it is refused, the
 * user is asked, what was kept is forgotten, and what was typed can be kept once it was accepted. A passcode is always asked for, and never kept.
 */
export function askLogin(passwords: Passwords, notifications: Notifications, signedOut: SignedOutClouds): AskLogin {
  const ask = answered(passwords, notifications);
  return async (question) => {
    const answer = await ask(question);
    // Asked again with every look at the cloud, the question would be a nuisance.
    if (answer === undefined) signedOut.add({ name: question.cloud, origin: question.origin });
    return answer;
  };
}

function answered(passwords: Passwords, notifications: Notifications): AskLogin {
  return async (question) => {
    if (question.kind === 'passcode') return type(question, `Passcode for cloud "${question.cloud}"`);
    const { cloud, user, keptFor, refused } = question;
    const kept = await passwords.get(keptFor, user);
    if (kept !== undefined && !refused) return kept;
    const typed = await type(question, `Password for cloud "${cloud}"`);
    if (typed === undefined) return undefined;
    if (kept !== undefined) await passwords.forget(keptFor, user);
    // A wrong one would be kept, and refused at the next start.
    const accepted = (): void => offerToKeep(notifications, cloud, () => passwords.keep(keptFor, user, typed));
    return { text: typed, accepted };
  };
}

/** Nothing typed is as good as declined. */
async function type({ user, address, refused }: LoginQuestion, title: string): Promise<string | undefined> {
  const prompt = refused
    ? `Wrong password or passcode. Try again. User ${user} at ${address}`
    : `User ${user} at ${address}`;
  const typed = await askText({ title, prompt, password: true, ignoreFocusOut: true });
  return typed === '' ? undefined : typed;
}

function offerToKeep(notifications: Notifications, cloud: string, keep: () => unknown): void {
  notifications.inform(`Save the password of cloud "${cloud}" in VS Code's secret storage?`, [
    { title: 'Save', run: keep },
  ]);
}
