import { io, type Socket } from 'socket.io-client';
import type { ApiClient } from '../api/client';
import type { CollectionName } from '../api/rows';
import type { ChangesPage, DataUpdate, LiveEvent, ServerMoving } from './messages';

/** What one tab pulled: a page (null: nothing new) from a cursor, or no answer at all. */
export type SharedPull = { since: string; page: ChangesPage | null } | 'unreachable';

export interface SocketListener {
  /** Subscribed: every later change of the rooms in sight will be pushed. */
  onUp(): void;
  onDown(): void;
  onUpdate(update: DataUpdate): void;
  onEvent(event: LiveEvent): void;
  /** Another tab pulled; who stands at the same cursor need not ask for it again. */
  onPull(pull: SharedPull): void;
}

/** The pushing half of the feed. */
export interface FeedSocket {
  /** Another tab asks the server, also for this one. */
  readonly follows: boolean;
  open(listener: SocketListener): void;
  close(): void;
  /** The head of the feed, or null where the socket does not answer. */
  head(): Promise<string | null>;
  /** Lets other tabs have what this one pulled. */
  share(pull: SharedPull): void;
}

const EVENTS = ['pdf:upload_progress', 'agent:heartbeat'] as const;
const ACK_TIMEOUT_MS = 5_000;
const REFUSED_RETRY_MS = 5_000;

/** The `/client` namespace over a websocket, with the reconnection of socket.io. */
export class SocketIoFeed implements FeedSocket {
  readonly follows = false;
  #socket: Socket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: ApiClient,
    private readonly collections: readonly CollectionName[],
  ) {}

  open(listener: SocketListener): void {
    const socket = io('/client', {
      transports: ['websocket'],
      reconnectionDelayMax: 10_000,
      auth: (send) => {
        // Without a token the server refuses, and the connection is tried again later.
        this.api.accessToken().then(
          (token) => send({ token }),
          () => send({}),
        );
      },
    });
    this.#socket = socket;
    socket.on('connect', () => void this.#subscribe(socket, listener));
    socket.on('data_update', (update: DataUpdate) => listener.onUpdate(update));
    socket.on('disconnect', () => {
      listener.onDown();
      this.#reopenIfRefused(socket);
    });
    socket.on('connect_error', () => {
      listener.onDown();
      this.#reopenIfRefused(socket);
    });
    socket.on('server:moving', ({ delayMs }: ServerMoving) => {
      // The server is about to stop. It spreads its clients over time, so that they do not all
      // fall upon the other servers at once; until then we poll.
      listener.onDown();
      socket.disconnect();
      this.#connectIn(socket, delayMs);
    });
    for (const name of EVENTS) {
      socket.on(name, (payload) => listener.onEvent({ name, payload } as LiveEvent));
    }
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.#socket = null;
  }

  async head(): Promise<string | null> {
    if (!this.#socket?.connected) return null;
    try {
      const answer = await this.#socket.timeout(ACK_TIMEOUT_MS).emitWithAck('heartbeat', {});
      return (answer as { cursor: string }).cursor;
    } catch {
      // The line is dead, whatever the socket believes. An own disconnect is not reported.
      const socket = this.#socket;
      if (socket?.connected) socket.io.engine.close();
      return null;
    }
  }

  share(): void {}

  async #subscribe(socket: Socket, listener: SocketListener): Promise<void> {
    try {
      const events = [...this.collections];
      await socket.timeout(ACK_TIMEOUT_MS).emitWithAck('subscribe', { events });
      listener.onUp();
    } catch {
      // Connected without an answer: start over rather than look live and hear nothing.
      socket.disconnect().connect();
    }
  }

  /** socket.io gives up when the server itself refused or ended the connection. */
  #reopenIfRefused(socket: Socket): void {
    if (socket.active || socket !== this.#socket) return;
    this.#connectIn(socket, REFUSED_RETRY_MS);
  }

  #connectIn(socket: Socket, ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => socket.connect(), ms);
  }
}
