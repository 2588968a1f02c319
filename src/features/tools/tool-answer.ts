import * as vscode from 'vscode';
import { Failure } from '../../core/failure.ts';

/** A document for the model and a sentence on what to make of it. */
export function answer(document: object, sentence: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([
    new vscode.LanguageModelTextPart(JSON.stringify(document)),
    new vscode.LanguageModelTextPart(sentence),
  ]);
}

/** An argument that a model left out or gave as a text; anything else is its mistake. Throws `tool-input`. */
export function optionalText(input: unknown, name: string): string | undefined {
  const value = argument(input, name);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw wrong(name, 'a string');
}

/** A list of texts, empty where it was left out. Throws `tool-input`. */
export function textList(input: unknown, name: string): readonly string[] {
  const value = argument(input, name);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw wrong(name, 'a list of strings');
}

/** A map of texts, empty where it was left out. Throws `tool-input`. */
export function textMap(input: unknown, name: string): Readonly<Record<string, string>> {
  const value = argument(input, name) ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(name, 'an object of strings');
  return Object.fromEntries(
    Object.entries(value).map(([key, text]: [string, unknown]) => {
      if (typeof text !== 'string') throw wrong(name, 'an object of strings');
      return [key, text];
    }),
  );
}

/** One of these texts, or `undefined` where it was left out. Throws `tool-input`. */
export function optionalChoice<Choice extends string>(
  input: unknown,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = optionalText(input, name);
  const choice = choices.find((each) => each === text);
  if (text !== undefined && choice === undefined) throw wrong(name, `one of ${choices.join(', ')}`);
  return choice;
}

/** A boolean, false where it was left out. Throws `tool-input`. */
export function flag(input: unknown, name: string): boolean {
  const value = argument(input, name) ?? false;
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false');
}

function argument(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, name)
    ? Reflect.get(input, name)
    : undefined;
}

/** An argument that is not what it has to be. */
export function wrong(name: string, what: string): Failure {
  return new Failure('tool-input', `"${name}" must be ${what}.`, { next: 'Call the tool again with that.' });
}
