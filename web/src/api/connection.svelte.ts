/** Whether the server answers, told by the requests themselves; the browser's own opinion only says when to doubt. */
class Connection {
  #online = $state(true);

  get online(): boolean {
    return this.#online;
  }

  answered(): void {
    this.#online = true;
  }

  lost(): void {
    this.#online = false;
  }

  /** Listens to the browser, which notices a pulled cable before the next request does. */
  watch(): void {
    this.#online = navigator.onLine;
    addEventListener('offline', () => this.lost());
    addEventListener('online', () => this.answered());
  }
}

export const connection = new Connection();
