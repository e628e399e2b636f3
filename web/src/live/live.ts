import type { Centrifuge } from 'centrifuge';
import { coalesced } from './coalesce';

/** How often a screen reads again at most, however much happens, in milliseconds. */
const spanMs = 1_000;

/** How long a lost connection waits before it is tried again, in milliseconds: the shop's server is near. */
const soonestMs = 500;
const latestMs = 10_000;

/** How many followers each channel has. */
const followers = new Map<string, number>();

let shared: Promise<Centrifuge> | undefined;

/** The page's one connection. What it is made of is loaded when it is needed first, so that a till sells before that. */
function connection(): Promise<Centrifuge> {
  shared ??= import('centrifuge').then(({ Centrifuge: Client }) => {
    const address = new URL('/v1/live', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const client = new Client(address.href, { minReconnectDelay: soonestMs, maxReconnectDelay: latestMs });
    client.connect();
    return client;
  });
  return shared;
}

/**
 * Reads whenever something may have changed: when the channel says so, and after each (re)connection, because a hint may
 * have been missed. A hint is only a hint: what can't be heard is found by reading again from time to time, so failures
 * to listen are passed over. The answer stops it.
 */
export function follow(channel: string, read: () => Promise<void>): () => void {
  const { call, stop } = coalesced(read, spanMs);
  let stopped = false;
  let leave = (): void => {};
  connection()
    .then((client) => {
      if (stopped) {
        return;
      }
      const subscription = client.getSubscription(channel) ?? client.newSubscription(channel);
      followers.set(channel, (followers.get(channel) ?? 0) + 1);
      subscription.on('subscribed', call).on('publication', call);
      subscription.subscribe();
      leave = () => {
        subscription.off('subscribed', call).off('publication', call);
        followers.set(channel, followers.get(channel)! - 1);
        if (followers.get(channel) === 0) {
          client.removeSubscription(subscription);
        }
      };
    })
    .catch(() => {
      shared = undefined; // the script did not come; the next who follows tries again
    });
  return () => {
    stopped = true;
    stop();
    leave();
  };
}

/** Ends the connection, whose permissions are those of who was signed in when it began. The next follower begins anew. */
export function hangUp(): void {
  void shared?.then((client) => client.disconnect());
  shared = undefined;
}
