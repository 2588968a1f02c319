import type { FromPage } from '../../webview/transfers/protocol.ts';

/** What to do for each message of the page; a message without a handler does not compile. */
export type PageHandlers = {
  readonly [T in FromPage['type']]: (message: Extract<FromPage, { readonly type: T }>) => void;
};

/** Calls the handler of a message. Returns false, and does nothing, for what is no message of the page. */
export function dispatchMessage(received: unknown, handlers: PageHandlers): boolean {
  const message = readMessage(received);
  if (message === undefined) return false;
  switch (message.type) {
    case 'ready':
      handlers.ready(message);
      break;
    case 'cancel':
      handlers.cancel(message);
      break;
    case 'cancelAll':
      handlers.cancelAll(message);
      break;
    case 'retry':
      handlers.retry(message);
      break;
    case 'openImage':
      handlers.openImage(message);
      break;
    case 'openDefinition':
      handlers.openDefinition(message);
      break;
    case 'showFile':
      handlers.showFile(message);
      break;
    case 'saveReport':
      handlers.saveReport(message);
      break;
    case 'copy':
      handlers.copy(message);
      break;
    case 'clear':
      handlers.clear(message);
      break;
  }
  return true;
}

function readMessage(received: unknown): FromPage | undefined {
  if (typeof received !== 'object' || received === null) return undefined;
  const { type, id, text } = received as {
    readonly type?: unknown;
    readonly id?: unknown;
    readonly text?: unknown;
  };
  switch (type) {
    case 'ready':
    case 'cancelAll':
    case 'clear':
      return { type };
    case 'cancel':
    case 'retry':
    case 'openImage':
    case 'openDefinition':
    case 'showFile':
    case 'saveReport':
      return typeof id === 'string' ? { type, id } : undefined;
    case 'copy':
      return typeof text === 'string' ? { type, text } : undefined;
    default:
      return undefined;
  }
}
