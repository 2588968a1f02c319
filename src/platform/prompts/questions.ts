import * as vscode from 'vscode';
import { plainLabel, plainMessage } from './plain-message.ts';

/** A question that stands in the way until it is answered. */
export interface Question {
  readonly question: string;
  readonly detail?: string;
  /** What the button says; *Cancel* is VS Code's. */
  readonly button: string;
}

/** Asks in a modal; whether the button was chosen. */
export async function askModal({ question, detail, button }: Question): Promise<boolean> {
  const options = { modal: true, ...(detail === undefined ? {} : { detail: plainMessage(detail) }) };
  return (await vscode.window.showWarningMessage(plainMessage(question), options, button)) === button;
}

/** Asks for one line of text; `undefined` where the user declined. VS Code makes links of prompts too. */
export async function askText(options: vscode.InputBoxOptions): Promise<string | undefined> {
  const { title = '', prompt = '' } = options;
  return vscode.window.showInputBox({ ...options, title: plainLabel(title), prompt: plainLabel(prompt) });
}
