export type Link = 'live' | 'polling' | 'offline';

const SECOND = 1000;

/** How long to wait until the feed is asked again. */
export class Pace {
  #failures = 0;
  #quietPulls = 0;

  answered(changed: boolean): void {
    this.#failures = 0;
    this.#quietPulls = changed ? 0 : this.#quietPulls + 1;
  }

  failed(): void {
    this.#failures += 1;
  }

  /** Someone is looking again: be quick. */
  reset(): void {
    this.#failures = 0;
    this.#quietPulls = 0;
  }

  /** Another tab polls for this one, which asks only in case it heard nothing. */
  static readonly FOLLOWING_MS = 60 * SECOND;

  /**
   * In milliseconds. Live, this is only the check that no last message was lost; polling, it
   * starts at 2 s and slows down to 15 s while nothing happens; a hidden page asks once a minute.
   */
  delay(link: Link, visible: boolean): number {
    if (link === 'offline') {
      return Math.min(30, 2 ** Math.min(this.#failures, 5)) * SECOND * (0.75 + Math.random() / 2);
    }
    if (!visible) return 60 * SECOND;
    if (link === 'live') return 15 * SECOND;
    return Math.min(15, 2 * 1.25 ** Math.max(0, this.#quietPulls - 15)) * SECOND;
  }
}
