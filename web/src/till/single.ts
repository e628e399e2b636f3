/**
 * Waits until this tab is the only one that sells on this device (Web Locks), and keeps being it until it is closed.
 * Onwait is called when another tab has to be waited for. A browser gives locks only to secure addresses: at a plain
 * one on the shop's own network two tabs are possible, and the server's keys keep a sale from being made twice.
 */
export async function becomeTheOnlyTab(onwait: () => void): Promise<void> {
  if (!isSecureContext) {
    return;
  }
  const held = await new Promise<boolean>((resolve) => {
    void navigator.locks.request('dangol-till', { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? forever : undefined;
    });
  });
  if (held) {
    return;
  }
  onwait();
  await new Promise<void>((resolve) => {
    void navigator.locks.request('dangol-till', () => {
      resolve();
      return forever;
    });
  });
}

const forever = new Promise<never>(() => {});
