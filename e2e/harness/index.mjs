// What a browser test needs, in one call: the program with its demo organisation, a browser, and windows that
// report what goes wrong in them.
//
//   const shop = openShop();
//   test('a cashier signs in', async (t) => {
//     const window = await shop.window(t, { size: phone, language: 'en' });
//     await signIn(window, cashier);
//     const page = await window.newPage();
//     await page.goto('/till');
//   });
import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { collectProblems, openBrowser, openWindow } from './browser.mjs';
import { startDangol } from './program.mjs';

export { checkAccessible, checkFits, desk, languages, phone, sizes, tablet } from './browser.mjs';
export { ask, cashier, level, openTill, owner, receive, signIn } from './people.mjs';

/**
 * Starts a program and a browser before the first test of a file and stops them after its last.
 * @param {() => Promise<import('./program.mjs').Program>} startProgram
 */
export function openShop(startProgram = startDangol) {
  /** @type {import('./program.mjs').Program} */
  let program;
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    [program, browser] = await Promise.all([startProgram(), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  return {
    get address() {
      return program.address;
    },
    /**
     * Opens a window of its own. The test fails when anything goes wrong on its pages that it didn't allow.
     * @param {import('node:test').TestContext} t
     * @param {import('./browser.mjs').Look & { allowed?: RegExp[] }} look
     */
    async window(t, { allowed, ...look } = {}) {
      const window = await openWindow(browser, program.address, look);
      const problems = collectProblems(window, program.address, allowed);
      t.after(async () => {
        await window.close();
        assert.deepEqual(problems, [], 'something went wrong on the page');
      });
      return window;
    },
  };
}
