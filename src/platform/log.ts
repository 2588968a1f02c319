import * as vscode from 'vscode';
import type { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import { redact } from './engine/redact.ts';
import type { Subscription } from '../state/observable.ts';

/** The output channel `Glance`. Lines are plain English and pass through `redact`. */
export class GlanceLog implements Log, Subscription {
  readonly #channel = vscode.window.createOutputChannel('Glance', { log: true });

  trace(message: string): void {
    this.#channel.trace(redact(message));
  }

  debug(message: string): void {
    this.#channel.debug(redact(message));
  }

  info(message: string): void {
    this.#channel.info(redact(message));
  }

  warn(message: string): void {
    this.#channel.warn(redact(message));
  }

  error(message: string): void {
    this.#channel.error(redact(message));
  }

  /** A failure with its code; an unexpected one with its stack, because only that says where it came from. */
  failure(failure: Failure): void {
    this.error(`${failure.explain()} [${failure.code}]`);
    const { cause } = failure;
    if (failure.code === 'unexpected' && cause instanceof Error && cause.stack !== undefined) this.error(cause.stack);
    else if (cause instanceof Error) this.debug(`Caused by ${cause.name}: ${cause.message}`);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
