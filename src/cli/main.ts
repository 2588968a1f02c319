#!/usr/bin/env node
// Small and plain, so that an old Node can run it and print the message. What it loads comes out of the cache of compiled code.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(`glance-images needs Node 22.15 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

void import('./compile-cache.ts').then(async ({ keepCompiledCode }) => {
  await keepCompiledCode();
  const { run } = await import('./program.ts');
  process.exitCode = await run(process.argv.slice(2));
});

export {};
