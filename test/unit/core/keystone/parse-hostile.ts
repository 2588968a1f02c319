import process from 'node:process';
import { parseMapping } from '../../../../src/core/keystone/yaml/yaml-mapping.ts';
import { HOSTILE_TEXTS, LONG_TEXTS } from './hostile-texts.ts';

// The program of a process of its own: parses each text, and prints what was said of all of them.
const texts = {
  ...Object.fromEntries(Object.entries(HOSTILE_TEXTS).map(([name, { text }]) => [name, text])),
  ...LONG_TEXTS,
};
const said = Object.entries(texts).map(([name, text]) => [name, sayingOf(text())]);
process.stdout.write(JSON.stringify(Object.fromEntries(said)));

function sayingOf(text: string): string {
  try {
    parseMapping(text, '/clouds.yaml');
    return 'read';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
