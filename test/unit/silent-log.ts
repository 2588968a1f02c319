import type { Log } from '../../src/core/log.ts';

const ignore = (): void => undefined;

/** A log that keeps nothing. */
export const silentLog: Log = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
