// Every screen, as `make shots` pictures it and as screens.test.mjs looks at it.
import { openTill, owner, signIn } from './harness/people.mjs';

/**
 * @typedef {object} Screen
 * @property {string} name what its picture is called
 * @property {string} path
 * @property {(window: import('playwright-core').BrowserContext) => Promise<void>} [enter] lets somebody in before the
 *   screen is opened
 * @property {(page: import('playwright-core').Page) => Promise<void>} [prepare] brings the screen into the state that
 *   is looked at
 * @property {RegExp[]} [allowed] what a browser reports as a problem on this screen, and is none
 */

/** Asking who is there is answered with 401 when nobody is. */
const nobody = [/401 \(Unauthorized\).*\/v1\/(device|session)/];

/** @type {Screen[]} */
export const screens = [
  { name: 'till-pairing', path: '/till', allowed: nobody },
  { name: 'till', path: '/till', enter: openTill },
  { name: 'console-sign-in', path: '/console', allowed: nobody },
  { name: 'console-today', path: '/console', enter: (window) => signIn(window, owner) },
  { name: 'console-components', path: '/console/ui', enter: (window) => signIn(window, owner) },
];

/**
 * Opens a screen and waits until it stands still.
 * @param {import('playwright-core').BrowserContext} window
 * @param {Screen} screen
 */
export async function visit(window, { path, enter, prepare }) {
  await enter?.(window);
  const page = await window.newPage();
  await page.goto(path, { waitUntil: 'networkidle' });
  await prepare?.(page);
  await page.evaluate(() => document.fonts.ready);
  return page;
}
