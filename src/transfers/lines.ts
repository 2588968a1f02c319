import type { Socket } from 'node:net';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

/** Bytes of one message: the texts and plans of some thousand definitions. */
const MESSAGE_AT_MOST = 64 * 1024 * 1024;
/** Bytes of a message from a peer that has not said who it is. */
const GREETING_AT_MOST = 4096;
/** Bytes that may wait for a peer that does not read. */
const UNREAD_AT_MOST = 2 * MESSAGE_AT_MOST;

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
export function connect(socket: Socket, onClose: () => void): LineConnection {
  const reader = new LineReader(socket);
  const rpc = createMessageConnection(reader, new LineWriter(socket));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    rpc.dispose();
    onClose();
  });
  return {
    rpc,
    trust: () => {
      reader.bytesAtMost = MESSAGE_AT_MOST;
    },
    close: () => socket.destroy(),
  };
}

class LineReader extends AbstractMessageReader {
  bytesAtMost = GREETING_AT_MOST;
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
      const message = parseMessage(line);
      if (message === undefined) {
        this.#socket.destroy();
        return;
      }
      callback(message);
    }
    this.#keep(rest);
  }

  /** Returns whether the message may still grow. */
  #keep(part: Buffer): boolean {
    this.#bytes += part.length;
    if (this.#bytes > this.bytesAtMost) {
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

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  write(message: Message): Promise<void> {
    if (this.#socket.writableLength > UNREAD_AT_MOST) this.#socket.destroy();
    if (!this.#socket.destroyed) this.#socket.write(`${JSON.stringify(message)}\n`);
    return Promise.resolve();
  }

  end(): void {
    this.#socket.end();
  }
}

function parseMessage(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'jsonrpc' in value ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}
