import { io, type Socket } from 'socket.io-client';
import type { ApiClient } from '../api/client';
import type { CollectionName } from '../api/rows';
import type { DataUpdate, LiveEvents } from './messages';

export interface SocketListener {
  /** Subscribed: every later change of the rooms in sight will be pushed. */
  onUp(): void;
  onDown(): void;
  onUpdate(update: DataUpdate): void;
}

/** The pushing half of the feed. */
export interface FeedSocket {
  open(listener: SocketListener): void;
  close(): void;
  /** The head of the feed, or null where the socket does not answer. */
  head(): Promise<string | null>;
}

type EventName = keyof LiveEvents;
type EventHandlers = { [E in EventName]: (payload: LiveEvents[E]) => void };

const ACK_TIMEOUT_MS = 5_000;
const REFUSED_RETRY_MS = 5_000;

/** The `/client` namespace over a websocket, with the reconnection of socket.io. */
export class SocketIoFeed implements FeedSocket {
  #socket: Socket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: ApiClient,
    private readonly collections: readonly CollectionName[],
    private readonly handlers: EventHandlers,
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
    for (const event of Object.keys(this.handlers) as EventName[]) {
      socket.on(event, this.handlers[event]);
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
      return null;
    }
  }

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
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => socket.connect(), REFUSED_RETRY_MS);
  }
}
