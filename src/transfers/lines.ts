import type { Socket } from 'node:net';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { METHODS } from './protocol.ts';

/** Bytes of one message: the texts and plans of some thousand definitions. */
const MESSAGE_AT_MOST = 64 * 1024 * 1024;
/** Bytes of a message from a peer that has not said who it is. */
const GREETING_AT_MOST = 4096;
/** Bytes that may wait for a peer that does not read. */
const UNREAD_AT_MOST = MESSAGE_AT_MOST;

/** A JSON-RPC connection over a socket. */
export interface LineConnection {
  readonly rpc: MessageConnection;
  /** Lets the peer send messages of the full size, once it has proven who it is. */
  trust(): void;
  close(): void;
}

/**
 * JSON-RPC with one message a line. A peer that sends something else, a longer message than it may, or that does not read
 * what it is sent loses its connection.
 */
export function connect(socket: Socket, onClose: () => void, unreadAtMost = UNREAD_AT_MOST): LineConnection {
  const reader = new LineReader(socket);
  const rpc = createMessageConnection(reader, new LineWriter(socket, unreadAtMost));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    rpc.dispose();
    onClose();
  });
  return {
    rpc,
    trust: () => {
      reader.trusted = true;
    },
    close: () => socket.destroy(),
  };
}

class LineReader extends AbstractMessageReader {
  trusted = false;
  #greeted = false;
  readonly #socket: Socket;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  listen(callback: DataCallback): Disposable {
    const onData = (chunk: Buffer): void => this.#take(chunk, callback);
    this.#socket.on('data', onData);
    return { dispose: () => void this.#socket.off('data', onData) };
  }

  #take(chunk: Buffer, callback: DataCallback): void {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      if (!this.#keep(rest.subarray(0, end))) return;
      const line = Buffer.concat(this.#parts).toString('utf8');
      this.#parts = [];
      this.#bytes = 0;
      rest = rest.subarray(end + 1);
      if (!this.#deliver(line, callback)) {
        this.#socket.destroy();
        return;
      }
    }
    this.#keep(rest);
  }

  /** Returns whether it was a message. A stranger has one: the greeting, whose answer a client waits for. */
  #deliver(line: string, callback: DataCallback): boolean {
    const message = parseMessage(line);
    if (message === undefined) return false;
    if (!this.trusted && (this.#greeted || !isGreeting(message))) return false;
    this.#greeted = true;
    try {
      callback(message);
      return true;
    } catch {
      // The library throws for parameters that a cancellation can't have.
      return false;
    }
  }

  /** Returns whether the message may still grow. */
  #keep(part: Buffer): boolean {
    this.#bytes += part.length;
    if (this.#bytes > (this.trusted ? MESSAGE_AT_MOST : GREETING_AT_MOST)) {
      this.#parts = [];
      this.#socket.destroy();
      return false;
    }
    if (part.length > 0) this.#parts.push(part);
    return true;
  }
}

class LineWriter extends AbstractMessageWriter {
  readonly #socket: Socket;
  readonly #unreadAtMost: number;

  constructor(socket: Socket, unreadAtMost: number) {
    super();
    this.#socket = socket;
    this.#unreadAtMost = unreadAtMost;
  }

  write(message: Message): Promise<void> {
    if (this.#socket.writableLength > this.#unreadAtMost) this.#socket.destroy();
    if (!this.#socket.destroyed) this.#socket.write(`${JSON.stringify(message)}\n`);
    return Promise.resolve();
  }

  end(): void {
    this.#socket.end();
  }
}

function isGreeting(message: Message): boolean {
  return Message.isRequest(message) && message.method === METHODS.hello;
}

function parseMessage(line: string): Message | undefined {
  try {
    const value = (JSON.parse(line) ?? undefined) as Message | undefined;
    return Message.isRequest(value) || Message.isNotification(value) || Message.isResponse(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
