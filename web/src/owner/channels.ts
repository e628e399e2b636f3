import type { SignedIn, Store } from '../console/shapes';

/** What the page hears of: sales, sold-out and stock; closings; printing. */
const topics = ['menu', 'shifts', 'print'] as const;

/** Of more stores than this nothing is heard; the page reads by itself each minute. */
const mostStores = 10;

/** The channels that someone may follow: the whole organisation's, or those of each store. */
export function channelsOf(who: Pick<SignedIn, 'organisation' | 'roles'> | null, stores: readonly Store[]): string[] {
  if (!who) {
    return [];
  }
  const everywhere = who.roles.some(
    ({ role, store_id, merchant_id }) => ['owner', 'manager', 'auditor'].includes(role) && !store_id && !merchant_id,
  );
  const places = everywhere ? [who.organisation.id] : stores.map(({ id }) => id);
  return places.length > mostStores ? [] : topics.flatMap((topic) => places.map((place) => `${topic}:${place}`));
}
