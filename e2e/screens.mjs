// Every screen, as `make shots` pictures it and as screens.test.mjs looks at it.
import { ask, openTill, owner, signIn } from './harness/people.mjs';

/** @typedef {import('playwright-core').BrowserContext} Window */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {Awaited<ReturnType<Window['cookies']>>} Cookies */

/**
 * @typedef {object} Screen
 * @property {string} name what its picture is called
 * @property {string | ((window: Window) => Promise<string>)} path
 * @property {(window: Window) => Promise<unknown>} [enter] lets somebody in before the
 *   screen is opened
 * @property {(page: Page) => Promise<void>} [prepare] brings the screen into the state that
 *   is looked at
 * @property {RegExp[]} [allowed] what a browser reports as a problem on this screen, and is none
 */

/** Asking who is there is answered with 401 when nobody is. */
const nobody = [/401 \(Unauthorized\).*\/v1\/(device|session)/];

/** @type {Promise<Cookies> | undefined} */
let ownersCookies;

/** Checking a password takes a moment by design, so the owner signs in once for all screens. */
const asOwner = {
  enter: async (/** @type {Window} */ window) => {
    ownersCookies ??= signIn(window, owner).then(() => window.cookies());
    await window.addCookies(await ownersCookies);
  },
};

/** @type {Screen[]} */
export const screens = [
  { name: 'till-pairing', path: '/till', allowed: nobody },
  { name: 'till', path: '/till', enter: openTill },
  { name: 'till-options', path: '/till', enter: openTill, prepare: openOptions },
  { name: 'till-weight', path: '/till', enter: openTill, prepare: weigh },
  { name: 'till-open-price', path: '/till', enter: openTill, prepare: enterAmount },
  { name: 'till-weighed', path: '/till', enter: openTill, prepare: takePiece },
  { name: 'till-cash', path: '/till', enter: openTill, prepare: openCash },
  { name: 'till-split', path: '/till', enter: openTill, prepare: openSplit },
  { name: 'till-sold-out', path: '/till', enter: openTill, prepare: openSoldOut },
  { name: 'till-sold', path: '/till', enter: openTill, prepare: sell },
  { name: 'display-pairing', path: '/display', allowed: nobody },
  { name: 'display', path: '/display', enter: openDisplay },
  { name: 'display-weighed', path: '/display', enter: (window) => openDisplay(window, piece) },
  { name: 'display-phone', path: '/display', enter: (window) => openDisplay(window, { ask_phone: true }) },
  { name: 'display-paid', path: '/display', enter: (window) => openDisplay(window, paid) },
  { name: 'owner-sign-in', path: '/owner', allowed: nobody },
  { name: 'owner', path: '/owner', ...asOwner },
  { name: 'owner-store', path: ownStore, ...asOwner },
  {
    name: 'owner-offline',
    path: '/owner',
    ...asOwner,
    prepare: loseConnection,
    allowed: [/ERR_INTERNET_DISCONNECTED/],
  },
  { name: 'console-sign-in', path: '/console', allowed: nobody },
  { name: 'console-start', path: '/console', ...asOwner },
  { name: 'console-reports', path: '/console/reports', ...asOwner },
  { name: 'console-reports-month', path: lastDays('/console/reports?by=product', 10), ...asOwner },
  { name: 'console-orders', path: '/console/orders', ...asOwner },
  { name: 'console-refunds', path: lastDays('/console/refunds?store=', 10), ...asOwner },
  { name: 'console-books', path: newestBooks, ...asOwner },
  { name: 'console-catalog', path: '/console/catalog', ...asOwner },
  { name: 'console-recipe', path: '/console/catalog?query=카페라떼', ...asOwner, prepare: openRecipe },
  {
    name: 'console-product-changed',
    path: '/console/catalog?query=라떼',
    ...asOwner,
    prepare: changeTogether,
    allowed: [/412 \(Precondition Failed\)/],
  },
  { name: 'console-bulk-edit', path: '/console/catalog?query=라떼', ...asOwner, prepare: chooseAndPreview },
  { name: 'console-bulk-edits', path: bulkEdits, ...asOwner },
  { name: 'console-categories', path: '/console/catalog/categories', ...asOwner },
  { name: 'console-weighed', path: '/console/catalog?query=BEANS-KG', ...asOwner, prepare: openProduct },
  { name: 'console-open-price', path: '/console/catalog?query=CAKE-ORDER', ...asOwner, prepare: openProduct },
  { name: 'console-option-groups', path: '/console/catalog/option-groups', ...asOwner },
  { name: 'console-planned', path: '/console/catalog/planned-prices', ...asOwner },
  { name: 'console-planned-price', path: '/console/catalog/planned-prices', ...asOwner, prepare: openProduct },
  { name: 'console-sold-out', path: '/console/catalog/sold-out', ...asOwner },
  { name: 'console-imports', path: '/console/catalog/imports', ...asOwner },
  { name: 'console-discounts', path: '/console/discounts', ...asOwner },
  { name: 'console-stock', path: '/console/stock', ...asOwner },
  { name: 'console-stock-variant', path: '/console/stock?level=low', ...asOwner, prepare: openFirstRow },
  { name: 'console-slips', path: '/console/stock/slips', ...asOwner },
  { name: 'console-slip-new', path: '/console/stock/slips?slip=new', ...asOwner, prepare: fillSlip },
  { name: 'console-transfers', path: '/console/stock/transfers', ...asOwner },
  { name: 'console-transfer', path: '/console/stock/transfers', ...asOwner, prepare: openFirstRow },
  { name: 'console-locations', path: '/console/stock/locations', ...asOwner },
  { name: 'console-counts', path: '/console/stock/counts', ...asOwner },
  { name: 'console-count', path: openCount, ...asOwner },
  { name: 'console-count-review', path: async (window) => `${await openCount(window)}?step=review`, ...asOwner },
  { name: 'console-receipts', path: '/console/receipts', ...asOwner },
  { name: 'console-devices', path: '/console/devices', ...asOwner },
  { name: 'console-closings', path: '/console/closings', ...asOwner },
  { name: 'console-printers', path: '/console/printers', ...asOwner },
  { name: 'console-tenders', path: '/console/tenders', ...asOwner },
  { name: 'console-staff', path: '/console/staff', ...asOwner },
  { name: 'console-places', path: '/console/places', ...asOwner },
  { name: 'console-components', path: '/console/ui', ...asOwner },
];

const paid = { state: 'paid', received: 20000, change: 5200, call_number: '42' };

/** A piece of beans on the guest's display. */
const piece = {
  lines: [
    { name: '블렌드 원두', name_en: 'Blend Beans', quantity: 1, grams: 357, kilo_price: 48000, amount: 17136 },
    { name: '주문 케이크', name_en: 'Cake to Order', quantity: 1, amount: 45000 },
  ],
  total: 62130,
};

/**
 * Makes this window the guest's display of a till that sells two drinks.
 * @param {Window} window
 * @param {object} scene what it shows else
 */
async function openDisplay(window, scene = {}) {
  const store = await openTill(window);
  const { device: till } = await ask(window, 'GET', '/v1/device');
  await ask(window, 'PUT', '/v1/display', {
    state: 'order',
    currency: 'KRW',
    lines: [
      { name: '아메리카노', name_en: 'Americano', detail: 'ICE · 샷추가 ×2', quantity: 2, amount: 10000 },
      { name: '바닐라라떼', name_en: 'Vanilla latte', detail: 'HOT', quantity: 1, amount: 4800 },
    ],
    total: 14800,
    ...scene,
  });
  await signIn(window, owner);
  const { pairing_code: code } = await ask(window, 'POST', '/v1/devices', {
    store_id: store,
    name: '고객 화면',
    kind: 'display',
    till_id: till.id,
  });
  await ask(window, 'DELETE', '/v1/session');
  await ask(window, 'POST', '/v1/pairings', { code });
}

/** The books of the newest order. @param {Window} window */
async function newestBooks(window) {
  const { items } = await ask(window, 'GET', '/v1/orders?limit=1');
  return `/console/orders/${items[0].id}/books`;
}

/**
 * A page of the console about the days up to the store's today.
 * @param {string} path
 * @param {number} count how many
 */
function lastDays(path, count) {
  return async (/** @type {Window} */ window) => {
    const { items } = await ask(window, 'GET', '/v1/stores?limit=1');
    const to = items[0].business_date;
    const from = new Date(Date.parse(to) - (count - 1) * 86_400_000).toISOString().slice(0, 10);
    return `${path}&from=${from}&to=${to}`;
  };
}

/** The owner's page of one store. @param {Window} window */
async function ownStore(window) {
  const { items } = await ask(window, 'GET', '/v1/stores?limit=1');
  return `/owner?store=${items[0].id}`;
}

/** @param {Page} page */
async function loseConnection(page) {
  await page.context().setOffline(true);
  await page.getByText(/지금은 새로 불러올 수 없어요|can’t be refreshed/).waitFor();
}

/** The count that the demo has left open. @param {Window} window */
async function openCount(window) {
  const { items: stores } = await ask(window, 'GET', '/v1/stores');
  const { items } = await ask(window, 'GET', `/v1/stock-counts?store_id=${stores[0].id}`);
  return `/console/stock/counts/${items[0].id}`;
}

/** The first product. @param {Page} page */
async function openProduct(page) {
  await page.locator('tbody tr').first().click();
  await page.getByRole('dialog').locator('input').first().waitFor();
}

/** The first product, at its recipe. @param {Page} page */
async function openRecipe(page) {
  await page.locator('tbody tr').first().click();
  await page.locator('fieldset fieldset').first().scrollIntoViewIfNeeded();
}

/** Saves the first product while somebody else has saved it too. @param {Page} page */
async function changeTogether(page) {
  const other = await page.context().newPage();
  await other.goto(page.url(), { waitUntil: 'networkidle' });
  for (const [one, name] of [
    [page, 'House latte'],
    [other, `Latte ${Date.now() % 1000}`],
  ]) {
    await one.locator('tbody tr').first().click();
    await one.getByRole('dialog').locator('input[lang=en]').first().fill(name);
  }
  await other
    .getByRole('dialog')
    .locator('textarea')
    .fill(`${Date.now() % 1000} kcal`);
  for (const one of [other, page]) {
    await one.getByRole('dialog').locator('button[type=submit]').click();
    await one.locator('[role=dialog] section[role=alert], .toast').first().waitFor();
  }
  await other.close();
  await page.locator('section[role=alert]').scrollIntoViewIfNeeded();
}

/** Chooses what is listed, and looks at what five percent more would make of it. @param {Page} page */
async function chooseAndPreview(page) {
  await page.locator('th input[type=checkbox]').check({ force: true });
  await page.locator('.chosen button').first().click();
  const sheet = page.getByRole('dialog');
  await sheet.locator('select').last().selectOption('raisePercent');
  await sheet.locator('input').first().fill('5');
  await sheet.locator('footer button').first().click();
  await sheet.locator('li').first().waitFor();
}

/** The bulk edits, of which there is one, taken back. @param {Window} window */
async function bulkEdits(window) {
  const { items } = await ask(window, 'GET', '/v1/products?limit=20');
  const products = items.map((/** @type {{ id: string, version: number }} */ { id, version }) => ({ id, version }));
  const change = { tax_class: 'zero' };
  const { id } = await ask(window, 'POST', '/v1/catalog/bulk-edits', { products, change });
  await ask(window, 'POST', `/v1/catalog/bulk-edits/${id}/undo`);
  return '/console/catalog/bulk-edits';
}

/** @param {Page} page */
async function openFirstRow(page) {
  await page.locator('tbody tr').first().click();
  await page.getByRole('dialog').locator('li, dd').first().waitFor();
}

/** Puts something on a slip. @param {Page} page */
async function fillSlip(page) {
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('searchbox').fill('케이크');
  await sheet.locator('.picker li button').first().click();
  await sheet.locator('ol li').first().waitFor();
}

/** Chooses a coffee, which asks for options. @param {Page} page */
async function openOptions(page) {
  await page.locator('.shelf button', { hasText: /바닐라라떼|Vanilla Latte/ }).click();
  await page.getByRole('dialog').waitFor();
}

/** Opens the product whose name, in either language, is found. @param {Page} page @param {string} query */
async function openFound(page, query) {
  await page.getByRole('searchbox').fill(query);
  await page.locator('.shelf button').first().click();
  await page.getByRole('dialog').waitFor();
}

/** Types what a piece of beans weighs. @param {Page} page */
async function weigh(page) {
  await openFound(page, 'BEANS-KG');
  await page.keyboard.type('357');
}

/** Types what a cake costs: too little. @param {Page} page */
async function enterAmount(page) {
  await openFound(page, 'CAKE-ORDER');
  await page.keyboard.type('2900', { delay: 80 }); // slower than a scanner
  await page.keyboard.press('Enter');
}

/** Puts a piece of beans into the order. @param {Page} page */
async function takePiece(page) {
  await weigh(page);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('searchbox').fill('');
}

/** Asks until when the first product is sold out. @param {Page} page */
async function openSoldOut(page) {
  await page.locator('.shelf button').first().click({ button: 'right' });
  await page.getByRole('dialog').waitFor();
}

/** Puts it into the order. @param {Page} page */
async function order(page) {
  await openOptions(page);
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('radio').first().click();
  await sheet.locator('footer button').click();
  await sheet.waitFor({ state: 'hidden' });
}

/** Takes cash for it. @param {Page} page */
async function openCash(page) {
  await order(page);
  await page.locator('.order .others button').first().click();
  await page.getByRole('dialog').waitFor();
}

/** Takes some of it in cash. @param {Page} page */
async function openSplit(page) {
  await order(page);
  await page.locator('.order .others button').last().click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('1000');
  await page.locator('.tenders button').nth(1).click();
}

/** Sells it. @param {Page} page */
async function sell(page) {
  await openCash(page);
  await page.getByRole('dialog').locator('footer button').click();
  await page.getByText(/-1-000001$/).waitFor();
}

/**
 * Opens a screen and waits until it stands still.
 * @param {Window} window
 * @param {Screen} screen
 */
export async function visit(window, { path, enter, prepare }) {
  await enter?.(window);
  const page = await window.newPage();
  await page.goto(typeof path === 'string' ? path : await path(window), { waitUntil: 'networkidle' });
  await prepare?.(page);
  await page.evaluate(() => document.fonts.ready);
  return page;
}
