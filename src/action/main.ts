import process from 'node:process';
import { readInputs } from './inputs.ts';
import { Runner } from './runner.ts';
import { runStep } from './steps.ts';

/** A step of GitHub Actions: `action.yml` has its inputs and outputs. */
async function main(): Promise<number> {
  const runner = new Runner(process.env, (text) => void process.stdout.write(text));
  try {
    return await runStep(readInputs(process.env), runner, process.env);
  } catch (error) {
    runner.annotation('error', error instanceof Error ? error.message : String(error));
    return 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
