import type { ApiClient } from './api/client';
import { KeptAnswers } from './api/kept-answers';
import type { Agent, Branch, CollectionName, Me, Pdf, Transfer } from './api/rows';
import { LocalCopy } from './copy/local-copy';
import { FeedClient } from './feed/feed-client';
import type { LiveEvent } from './feed/messages';
import { pagePresence } from './feed/presence';
import { type FeedMessage, SharedSocket } from './feed/shared-socket';
import { SocketIoFeed } from './feed/socket';
import { HttpFeedSource } from './feed/source';
import { Tabs } from './feed/tabs';
import { AgentsStore } from './stores/agents';
import { Collection, leaveOneOfBranches, leaveOnlyBranch, type Sight } from './stores/collection';
import { BulkActions } from './stores/documents/bulk';
import { DocumentsStore } from './stores/documents/documents';
import { type OpeningEvents, Openings } from './stores/openings';
import { Paths } from './stores/paths';
import { PreferencesStore } from './stores/preferences';
import { QuarantineStore } from './stores/quarantine';
import { ownerOf } from './stores/remembered';
import { TransfersStore } from './stores/transfers';

const COLLECTIONS: readonly CollectionName[] = ['pdfs', 'agents', 'transfers', 'branches'];

/** Everything one signed-in user works with; it is made at the login and dropped at the logout. */
export class Workspace {
  readonly branches: Collection<Branch>;
  readonly documents: DocumentsStore;
  readonly transfers: TransfersStore;
  readonly agents: AgentsStore;
  readonly openings: Openings;
  readonly bulk: BulkActions;
  readonly quarantine: QuarantineStore;
  readonly paths: Paths;
  readonly preferences: PreferencesStore;
  readonly feed: FeedClient;
  readonly #copy: LocalCopy;
  readonly #tabs: Tabs<FeedMessage>;

  constructor(
    readonly api: ApiClient,
    readonly user: Me,
    events: OpeningEvents,
  ) {
    const sight: Sight = user.branchIds === null ? null : new Set(user.branchIds);
    const pdfs = new Collection<Pdf>(leaveOneOfBranches, sight);
    const agents = new Collection<Agent>(leaveOnlyBranch, sight);
    const transfers = new Collection<Transfer>(leaveOnlyBranch, sight);
    this.branches = new Collection<Branch>(() => null, sight);
    this.documents = new DocumentsStore(pdfs, agents, this.branches);
    this.transfers = new TransfersStore(transfers);
    this.agents = new AgentsStore(api, agents);
    this.quarantine = new QuarantineStore(pdfs);
    this.paths = new Paths(api);
    this.bulk = new BulkActions(api);
    this.preferences = new PreferencesStore(api);
    this.openings = new Openings(api, this.documents, this.transfers, events);
    const owner = ownerOf(user);
    const sinks = { pdfs, agents, transfers, branches: this.branches };
    this.#copy = new LocalCopy(owner, sinks);
    api.kept = new KeptAnswers(owner);
    this.#tabs = new Tabs(`siberius-feed-${owner}`, pagePresence);
    this.feed = new FeedClient({
      source: new HttpFeedSource(api, COLLECTIONS),
      socket: new SharedSocket(new SocketIoFeed(api, COLLECTIONS), this.#tabs, pagePresence),
      presence: pagePresence,
      sinks,
      onEvent: (event) => this.#onEvent(event),
    });
  }

  /** Shows what was kept here, then what the server says. Call `stop` at the end. */
  start(): void {
    let stopped = false;
    this.#stop = () => {
      stopped = true;
      this.#copy.close();
      this.feed.stop();
    };
    void this.#copy.load().then((cursor) => {
      if (stopped) return;
      this.feed.start(cursor);
      this.#copy.keep({ cursor: () => this.feed.cursor, leads: () => this.#tabs.leads });
    });
  }

  stop(): void {
    this.#stop();
  }

  #stop: () => void = () => {};

  #onEvent({ name, payload }: LiveEvent): void {
    if (name === 'pdf:upload_progress') this.transfers.onProgress(payload);
    else this.agents.onBeat(payload);
  }

  branchName(id: string): string {
    this.branches.revision.value;
    return this.branches.get(id)?.name ?? '…';
  }
}
