// The people of the demo organisation, and how they come to a page: through the same API as everybody.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** @typedef {{ login: string, password: string }} Person */

/** Their logins, as `dangol serve --demo` prints them. */
export const owner = { login: 'owner', password: 'dangol-demo' };
export const cashier = { login: 'cashier', password: 'dangol-demo' };

/**
 * Signs somebody in, in this window.
 * @param {import('playwright-core').BrowserContext} window
 * @param {Person} person
 */
export async function signIn(window, { login, password }) {
  await ask(window, 'POST', '/v1/sessions', { login, password });
}

/**
 * Makes this window a till of the store at which the cashier works, and signs the cashier in.
 * @param {import('playwright-core').BrowserContext} window
 * @returns {Promise<string>} the store's id
 */
export async function openTill(window) {
  await signIn(window, owner);
  const { items: stores } = await ask(window, 'GET', '/v1/stores');
  const [store] = stores;
  const { pairing_code: code } = await ask(window, 'POST', '/v1/devices', {
    store_id: store.id,
    name: '계산대',
    kind: 'till',
  });
  await ask(window, 'DELETE', '/v1/session');
  await ask(window, 'POST', '/v1/pairings', { code });
  await signIn(window, cashier);
  return store.id;
}

/**
 * Asks the API as the window's person would.
 * @param {import('playwright-core').BrowserContext} window
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
export async function ask(window, method, path, body) {
  // Reads ignore the key; whatever moves value asks for one.
  const answer = await window.request.fetch(path, { method, data: body, headers: { 'Idempotency-Key': randomUUID() } });
  const text = await answer.text();
  assert(answer.ok(), `${method} ${path} was answered with ${answer.status()}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/**
 * What a store has of a product that is one variant.
 * @param {import('playwright-core').BrowserContext} window
 * @param {string} store
 * @param {string} product
 */
export async function level(window, store, product) {
  const { items } = await ask(window, 'GET', `/v1/stock?store_id=${store}&query=${encodeURIComponent(product)}`);
  assert.equal(items.length, 1, `${product} is one variant`);
  return items[0];
}

/**
 * Takes in a delivery of a product that is one variant, and gives how many units there are then.
 * @param {import('playwright-core').BrowserContext} window of somebody who may
 * @param {string} store
 * @param {string} product
 * @param {number} quantity
 */
export async function receive(window, store, product, quantity) {
  const { variant_id } = await level(window, store, product);
  const slip = { store_id: store, kind: 'receive', reason: '입고', lines: [{ variant_id, quantity }] };
  return (await ask(window, 'POST', '/v1/stock-slips', slip)).lines[0].on_hand;
}
