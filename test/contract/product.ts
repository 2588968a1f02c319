import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as engineModule from '../../src/node/engine.ts';
import type * as sandboxModule from '../../src/sandbox/main.ts';
import { ROOT } from '../host/folders.ts';
import { unpackedVsix } from '../host/vsix.ts';

/** Absolute paths of what contract tests run and load. */
interface Product {
  readonly commandLine: string;
  readonly engine: string;
  readonly sandbox: string;
}

/** What the VSIX under test holds, unpacked; or, for debugging, the sources where `GLANCE_IMAGES_PRODUCT` is `source`. */
export const PRODUCT = process.env.GLANCE_IMAGES_PRODUCT === 'source' ? fromSource() : unpacked();

const load = createRequire(import.meta.url);
export const { createEngine } = load(PRODUCT.engine) as typeof engineModule;
export const { startSandbox } = load(PRODUCT.sandbox) as typeof sandboxModule;

function fromSource(): Product {
  const source = join(ROOT, 'src');
  return {
    commandLine: join(source, 'cli', 'main.ts'),
    engine: join(source, 'node', 'engine.ts'),
    sandbox: join(source, 'sandbox', 'main.ts'),
  };
}

function unpacked(): Product {
  const dist = join(unpackedVsix(), 'dist');
  return { commandLine: join(dist, 'cli.cjs'), engine: join(dist, 'engine.cjs'), sandbox: join(dist, 'sandbox.cjs') };
}
