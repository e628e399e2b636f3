// How soon the till shows what a finger did, beside a page that does nothing but change a text: `dangol bench till`. Words
// after the command choose the figures whose names begin with them.
//
// A touch is shown when the work that it caused is done: what the page did at once, and the drawing of the next frame. The
// wait for that frame between the two is the screen's, not the till's, and is left out. A touch whose change is not in
// the next frame is missed, and so is one whose work is longer than a frame.
import assert from 'node:assert/strict';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { openBrowser, openWindow } from './harness/browser.mjs';
import { ask, signIn } from './harness/people.mjs';
import { startEmpty } from './harness/program.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */
/** @typedef {{ work: number, shown: boolean }} Touch the work in milliseconds, and whether the next frame had the change */

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} store the code of the store whose till is touched
 * @property {number} products how many it sells
 * @property {(page: Page) => Promise<Touch[]>} turn touches the till some times
 */

const { values, positionals } = parseArgs({
  options: { pairs: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const pairs = Number(values.pairs);
assert(Number.isInteger(pairs) && pairs > 0, `--pairs is ${values.pairs}, no number of turns`);

/** What a frame lasts on a screen that shows sixty a second, in milliseconds. */
const frameMs = 1000 / 60;

const touchesPerTurn = 24;
const many = 2000;
const few = 20;
const perCategory = 100;

/** @type {Figure[]} */
const figures = [
  { name: 'till/line', store: 'WIDE', products: many, turn: addLines },
  { name: 'till/line-few', store: 'FEW', products: few, turn: addLines },
  { name: 'till/line-heap', store: 'HEAP', products: many, turn: addLines },
  { name: 'till/search', store: 'WIDE', products: many, turn: search },
  { name: 'till/category', store: 'WIDE', products: many, turn: changeCategory },
  { name: 'till/category-heap', store: 'HEAP', products: many, turn: changeCategory },
];
const wanted = figures.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.startsWith(word)),
);
assert(wanted.length > 0, `there is no figure ${positionals}; there are ${figures.map(({ name }) => name)}`);

const owner = { login: 'bench', password: 'bench-of-dangol' };
const program = await startEmpty(owner);
const browser = await openBrowser();
try {
  const bare = await openBare();
  const stores = await fillStores();
  for (const figure of wanted) {
    const till = await openTill(stores[figure.store]);
    await figure.turn(till.page); // warms up
    await measure(figure, till.page, bare);
    await till.window.close();
  }
} finally {
  await browser.close();
  await program.stop();
}

/**
 * Measures a figure in turns with the bare page, and prints it.
 * @param {Figure} figure
 * @param {Page} till
 * @param {Page} bare
 */
async function measure({ name, products, turn }, till, bare) {
  /** @type {Touch[]} */
  const touches = [];
  /** @type {Touch[]} */
  const others = [];
  const ratios = [];
  for (let pair = 0; pair < pairs; pair++) {
    await bare.bringToFront();
    const reference = await changeText(bare);
    await till.bringToFront();
    const own = await turn(till);
    ratios.push(percentile(own, 50) / percentile(reference, 50));
    touches.push(...own);
    others.push(...reference);
  }
  const missed = touches.filter(({ work, shown }) => !shown || work > frameMs).length;
  const line = {
    name,
    products,
    value: percentile(touches, 95),
    unit: 'ms',
    p50: percentile(touches, 50),
    reference: 'a page that changes a text',
    reference_value: percentile(others, 95),
    ratio: percentile(touches, 50) / percentile(others, 50),
    runs: pairs,
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    touches: touches.length,
    missed,
    load: loadavg()[0],
  };
  console.log(JSON.stringify(line, (_, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value)));
}

/**
 * The work below which so many of a hundred touches lie.
 * @param {Touch[]} touches
 * @param {number} of
 */
function percentile(touches, of) {
  const sorted = touches.map(({ work }) => work).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * of) / 100))];
}

/** A page with nothing but a button and a text. */
async function openBare() {
  const window = await openWindow(browser, program.address);
  await window.addInitScript(watchTouches);
  const page = await window.newPage();
  await page.route('**/bare', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>-</title><button>0</button><script>
        let count = 0;
        const button = document.querySelector('button');
        button.addEventListener('click', () => (button.textContent = String(++count)));
      </script>`,
    }),
  );
  await page.goto('/bare');
  return page;
}

/** @param {Page} page */
async function changeText(page) {
  const button = page.locator('button');
  return times(touchesPerTurn, () => touch(page, 'click', 'button', () => press(page, button)));
}

/**
 * Adds lines to the order, one product after the other, and empties it again.
 * @param {Page} page
 */
async function addLines(page) {
  const tiles = page.locator('.shelf .tile');
  const touches = await times(touchesPerTurn, async (number) => {
    const taken = await touch(page, 'click', '.order .units', () => press(page, tiles.nth(number % few)));
    // The price comes from the server a moment later, and is drawn before the next touch.
    await page.locator('.order .total strong:not(.checking)').waitFor();
    return taken;
  });
  await page.locator('.order header .acts button').last().click();
  await page.locator('.order .empty').waitFor();
  return touches;
}

/**
 * Types the names of products, letter by letter.
 * @param {Page} page
 */
async function search(page) {
  const field = page.locator('.tools input');
  await field.focus();
  const touches = [];
  for (const word of ['상품17', 'ㅅㅍ4', 'no12', '아무것도']) {
    for (const letter of word) {
      touches.push(await touch(page, 'input', '.shelf', () => page.keyboard.insertText(letter)));
    }
    await field.fill('');
  }
  return touches;
}

/** @param {Page} page */
async function changeCategory(page) {
  const rail = page.locator('.rail button');
  const categories = await rail.count();
  return times(touchesPerTurn, (number) =>
    touch(page, 'click', '.shelf .tile:first-child .name', () => press(page, rail.nth((number + 1) % categories))),
  );
}

/**
 * Presses in the middle of something, with nothing done in the page that a finger would not do.
 * @param {Page} page
 * @param {Locator} target
 */
async function press(page, target) {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  assert(box, 'there is nothing to press');
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

/**
 * @template Answer
 * @param {number} count
 * @param {(number: number) => Promise<Answer>} work
 */
async function times(count, work) {
  const answers = [];
  for (let number = 0; number < count; number++) {
    answers.push(await work(number));
  }
  return answers;
}

/**
 * Touches the page, and gives what that cost. Where its change is to be seen is a selector.
 * @param {Page} page
 * @param {'click' | 'input'} event
 * @param {string} changes
 * @param {() => Promise<void>} act
 * @returns {Promise<Touch>}
 */
async function touch(page, event, changes, act) {
  const watched = await page.evaluateHandle(
    ([event, changes]) => globalThis.watchTouch(event, changes),
    [event, changes],
  );
  await act();
  return watched.evaluate(({ touched }) => touched);
}

/** Runs in the page before all else. */
function watchTouches() {
  globalThis.watchTouch = (/** @type {string} */ event, /** @type {string} */ changes) => {
    const look = () => document.querySelector(changes)?.outerHTML;
    const touched = new Promise((resolve) => {
      let before, began, handled;
      const once = { once: true };
      // The first to hear of it and the last: what the page does lies between.
      window.addEventListener(event, () => ([before, began] = [look(), performance.now()]), { ...once, capture: true });
      window.addEventListener(event, () => queueMicrotask(() => (handled = performance.now() - began)), once);
      window.addEventListener(event, () => requestAnimationFrame(draw), { ...once, capture: true });
      function draw() {
        const frame = performance.now();
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve({ work: handled + performance.now() - frame, shown: look() !== before });
        port2.postMessage(null); // is heard when the frame has been drawn
      }
    });
    return { touched };
  };
}

/** Makes the stores, and gives their ids by code. */
async function fillStores() {
  const window = await openWindow(browser, program.address);
  await signIn(window, owner);
  const merchant = await ask(window, 'POST', '/v1/merchants', {
    country: 'KR',
    identity: {
      valid_from: '2026-01-01',
      registration_number: '000-81-00014',
      name: '재는 가게',
      representative: '김단골',
      address: '가상도 새별시',
      phone: '02-0000-0100',
      business_type: '소매업',
      business_item: '잡화',
      taxation: 'general',
    },
  });
  /** @type {Record<string, string>} */
  const stores = {};
  for (const code of ['WIDE', 'FEW', 'HEAP']) {
    const store = { merchant_id: merchant.id, code, name: code, time_zone: 'Asia/Seoul', currency: 'KRW' };
    stores[code] = (await ask(window, 'POST', '/v1/stores', { ...store, tax_mode: 'inclusive' })).id;
  }
  const wide = Array.from({ length: many }, (_, number) =>
    row('상품', number, `분류 ${Math.floor(number / perCategory)}`),
  );
  const heap = Array.from({ length: many }, (_, number) =>
    row('더미', number, number < many - perCategory ? '전부' : '뒤'),
  );
  await importProducts(window, stores.WIDE, wide);
  await importProducts(window, stores.FEW, wide.slice(0, few));
  await importProducts(window, stores.HEAP, heap);
  await window.close();
  return stores;
}

/**
 * A row of the catalogue's template.
 * @param {string} name
 * @param {number} number
 * @param {string} category
 */
function row(name, number, category) {
  const tracked = number % 2 === 0 ? 'Y,1000000' : 'N,';
  return `${name}-${number},${name} ${number},No ${number},${category},SKU-${name}-${number},${1000 + number * 10},${tracked}`;
}

/**
 * @param {import('playwright-core').BrowserContext} window
 * @param {string} store
 * @param {string[]} rows
 */
async function importProducts(window, store, rows) {
  const text = ['handle,name,name_en,category,sku,price,tracked,opening_stock', ...rows].join('\n');
  const file = { name: 'products.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  const answer = await window.request.post('/v1/catalog-imports', {
    multipart: { file, store_ids: store, format: 'dangol' },
  });
  assert(answer.ok(), await answer.text());
  let found = await answer.json();
  while (found.status !== 'applied') {
    assert.deepEqual(found.errors, []);
    found = await ask(window, 'POST', `/v1/catalog-imports/${found.id}/apply`);
  }
}

/** @param {string} store */
async function openTill(store) {
  const window = await openWindow(browser, program.address);
  await window.addInitScript(watchTouches);
  await signIn(window, owner);
  const { pairing_code: code } = await ask(window, 'POST', '/v1/devices', {
    store_id: store,
    name: '계산대',
    kind: 'till',
  });
  await ask(window, 'POST', '/v1/pairings', { code });
  const page = await window.newPage();
  await page.goto('/till');
  await page.locator('.shelf .tile').first().waitFor();
  return { window, page };
}
