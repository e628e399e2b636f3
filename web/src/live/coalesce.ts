/**
 * Makes a function that may be called as often as one likes and does its work at once, then at most once in a span of
 * milliseconds. A call that comes while the work is under way has it done once more afterwards. Work must not fail.
 */
export function coalesced(work: () => Promise<void>, spanMs: number): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let wanted = false;
  let stopped = false;

  async function run(): Promise<void> {
    busy = true;
    wanted = false;
    await work();
    timer = setTimeout(() => {
      busy = false;
      if (wanted && !stopped) {
        void run();
      }
    }, spanMs);
  }

  return {
    call() {
      wanted = true;
      if (!busy && !stopped) {
        void run();
      }
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
