// Opens pages as a person would see them, and notices what a person would not: errors in the console, broken content
// policy, requests to foreign hosts, and what stands in the way of assistive technology.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

/** The sizes at which every screen is looked at, in CSS pixels: phone, tablet, desk. */
export const sizes = [
  { width: 390, height: 844 },
  { width: 820, height: 1180 },
  { width: 1440, height: 900 },
];
export const [phone, tablet, desk] = sizes;

/** The languages of staff, by what a browser set to them asks for. */
const locales = { ko: 'ko-KR', en: 'en-US' };
export const languages = /** @type {(keyof typeof locales)[]} */ (Object.keys(locales));

export function openBrowser() {
  const finder = fileURLToPath(new URL('../../tools/chromium', import.meta.url));
  return chromium.launch({
    executablePath: execFileSync(finder, { encoding: 'utf8' }).trim(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * @typedef {object} Look
 * @property {{ width: number, height: number }} [size]
 * @property {keyof typeof locales} [language]
 */

/**
 * Opens a window in which nobody is signed in.
 * @param {import('playwright-core').Browser} browser
 * @param {string} address what relative addresses begin with
 * @param {Look} look
 */
export async function openWindow(browser, address, { size = desk, language = 'ko' } = {}) {
  const window = await browser.newContext({
    baseURL: address,
    locale: locales[language],
    timezoneId: 'Asia/Seoul',
    viewport: size,
    hasTouch: size.width < desk.width,
    reducedMotion: 'reduce',
  });
  // Staff choose their language on the device, which keeps it.
  await window.addInitScript((chosen) => {
    if (origin === 'null') return; // an empty page keeps nothing
    if (localStorage.getItem('dangol.language') === null) localStorage.setItem('dangol.language', chosen);
  }, language);
  return window;
}

/**
 * Collects what goes wrong on all pages of a window from now on.
 * @param {import('playwright-core').BrowserContext} window
 * @param {string} address the only place from which anything may be loaded
 * @param {RegExp[]} allowed problems that a test makes on purpose, such as a refused request
 */
export function collectProblems(window, address, allowed = []) {
  /** @type {string[]} */
  const problems = [];
  const report = (/** @type {string} */ problem) => {
    if (!allowed.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  window.on('console', (message) => {
    if (message.type() === 'error') report(`console: ${message.text()} (${message.location().url})`);
  });
  window.on('weberror', (error) => report(`uncaught: ${error.error().stack ?? error.error()}`));
  window.on('request', (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && !url.startsWith(`${address}/`)) report(`foreign: ${request.method()} ${url}`);
  });
  window.on('response', (response) => {
    if (response.status() >= 500) {
      report(`server: ${response.status()} to ${response.request().method()} ${response.url()}`);
    }
  });
  return problems;
}

/**
 * Fails when axe-core finds anything on the page that stands in the way of assistive technology.
 * @param {import('playwright-core').Page} page
 */
export async function checkAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n    ${node.target.join(' ')}\n    ${node.html}`),
  );
  assert.equal(found.length, 0, `${page.url()} is not accessible:\n  ${found.join('\n  ')}`);
}

/**
 * Fails when the page is wider than the window: nobody should have to push it sideways.
 * @param {import('playwright-core').Page} page
 */
export async function checkFits(page) {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  assert(content <= window, `${page.url()} is ${content} pixels wide in a window of ${window}`);
}
