// A till in trouble gives no receipt number twice: two tabs, lost answers, storage that was wiped, a clock that is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask, checkAccessible, checkFits, openShop, openTill, owner, receive, signIn } from '../harness/index.mjs';

const shop = openShop();

const product = '커피 노트';
/** What it is sold for. */
const price = 8000;
const card = /^카드 8,000원/;
const search = '상품 이름, 초성, 바코드';
/** What a browser says of an answer that was lost, as these tests lose them. */
const lost = /ERR_FAILED.*\/v1\/checkouts/;

test('a second tab of a till waits, says so, and sells once the first is closed', async (t) => {
  const window = await shop.window(t);
  await openStockedTill(window);
  const first = await openTab(window);
  const number = await sell(first);
  const second = await window.newPage();
  await second.goto('/till');
  await second.getByText('다른 탭에서 판매 중이에요').waitFor();
  await checkFits(second);
  await checkAccessible(second);
  await first.close();
  await second.getByPlaceholder(search).waitFor();
  await prove(window, [number, await sell(second)]);
});

test('two tabs that can’t know of each other sell at once, and each sale has its number', async (t) => {
  const window = await shop.window(t);
  await atAPlainAddress(window);
  await openStockedTill(window);
  const tabs = [await openTab(window), await openTab(window)];
  const numbers = [];
  for (let round = 0; round < 3; round++) {
    numbers.push(...(await Promise.all(tabs.map(sell))));
  }
  await prove(window, numbers);
});

test('a sale whose answer is lost is repeated by both tabs, and counts once', async (t) => {
  const window = await shop.window(t, { allowed: [lost] });
  await atAPlainAddress(window);
  await openStockedTill(window);
  const first = await openTab(window);
  /** @type {Set<import('playwright-core').Page>} */
  const asked = new Set();
  await window.route('**/v1/checkouts', async (route) => {
    asked.add(route.request().frame().page());
    await route.fetch();
    await route.abort();
  });
  await take(first);
  await first.getByRole('button', { name: card, disabled: false }).click();
  await first.getByText('결제 결과를 아직 몰라요').waitFor();
  // The second tab finds what the first one keeps, and asks as well.
  const second = await window.newPage();
  const repeated = second.waitForRequest('**/v1/checkouts');
  await second.goto('/till');
  await repeated;
  await second.getByText(/1건/).first().waitFor();
  assert.equal(asked.size, 2);
  await window.unroute('**/v1/checkouts');
  await first.getByRole('button', { name: '지금 확인하기' }).click();
  const number = await numberOn(first);
  await first.getByRole('button', { name: '다음 주문' }).first().click();
  await second.reload();
  await prove(window, [number, await sell(first), await sell(second)]);
});

test('a till whose storage was wiped is paired again, and numbers in a generation of its own', async (t) => {
  const window = await shop.window(t, { allowed: [/401 \(Unauthorized\).*\/v1\/(device|session)/] });
  await openStockedTill(window);
  const { device } = await ask(window, 'GET', '/v1/device');
  const page = await openTab(window);
  const numbers = [await sell(page), await sell(page)];
  assert.match(numbers[1], /-1-000002$/);

  await page.evaluate(async () => {
    localStorage.clear();
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name ?? '');
  });
  await window.clearCookies();
  await page.reload();
  await page.getByLabel('연결 코드').waitFor();
  const office = await shop.window(t);
  await signIn(office, owner);
  const { pairing_code } = await ask(office, 'POST', `/v1/devices/${device.id}/pairing-code`);
  await page.getByLabel('연결 코드').fill(pairing_code);
  await page.getByRole('button', { name: '연결하기' }).click();
  await page.getByLabel('아이디').fill('cashier');
  await page.getByLabel('비밀번호', { exact: true }).fill('dangol-demo');
  await page.getByRole('button', { name: '로그인' }).click();
  numbers.push(await sell(page), await sell(page));
  assert.match(numbers[2], /-2-\d{6}$/);
  await prove(window, numbers);
});

test('a till whose clock is wrong by days sells on, in the order in which it sold', async (t) => {
  const window = await shop.window(t);
  await openStockedTill(window);
  const page = await openTab(window);
  const numbers = [];
  for (const days of [0, 3, -4, 0]) {
    await page.clock.setSystemTime(Date.now() + days * 86_400_000);
    numbers.push(await sell(page));
  }
  assert.deepEqual(numbers, numbers.toSorted());
  await prove(window, numbers);
  const { items } = await ask(window, 'GET', '/v1/orders?limit=4');
  const dates = new Set(items.map((/** @type {{ business_date: string }} */ order) => order.business_date));
  assert.equal(dates.size, 1, 'the day is the shop’s, not the till’s');
});

/**
 * Makes a window's pages believe that they were loaded from a plain address on the shop's own network, where a browser
 * gives no locks.
 * @param {import('playwright-core').BrowserContext} window
 */
const atAPlainAddress = (window) =>
  window.addInitScript(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }));

/**
 * Opens a till in a store that has more notebooks than a test sells, whatever was sold before.
 * @param {import('playwright-core').BrowserContext} window
 */
async function openStockedTill(window) {
  await signIn(window, owner);
  const { items: stores } = await ask(window, 'GET', '/v1/stores');
  await receive(window, stores[0].id, product, 10);
  await openTill(window);
}

/** @param {import('playwright-core').BrowserContext} window */
async function openTab(window) {
  const page = await window.newPage();
  await page.goto('/till');
  await page.getByPlaceholder(search).waitFor();
  return page;
}

/** Puts a notebook into the order. @param {import('playwright-core').Page} page */
async function take(page) {
  await page.getByPlaceholder(search).fill(product);
  await page
    .getByRole('button', { name: /^커피 노트/ })
    .first()
    .click();
  await page.getByPlaceholder(search).fill('');
}

/** Sells a notebook, and gives the receipt's number. @param {import('playwright-core').Page} page */
async function sell(page) {
  await take(page);
  await page.getByRole('button', { name: card, disabled: false }).click();
  const number = await numberOn(page);
  await page.getByRole('button', { name: '다음 주문' }).first().click();
  return number;
}

/** The number of the receipt that is shown. @param {import('playwright-core').Page} page */
const numberOn = (page) =>
  page
    .getByText(/^[A-Z0-9]{4}-\d+-\d{6}$/)
    .first()
    .innerText();

/**
 * Each sale has a number of its own, the till counts them all, and no more.
 * @param {import('playwright-core').BrowserContext} window
 * @param {string[]} numbers
 */
async function prove(window, numbers) {
  assert.equal(new Set(numbers).size, numbers.length, `a number was given twice: ${numbers.join(' ')}`);
  const { device } = await ask(window, 'GET', '/v1/device');
  for (const number of numbers) {
    assert(number.startsWith(`${device.register_code}-`), `${number} is this till's`);
    const { receipt } = await ask(window, 'GET', `/v1/receipts/${number}`);
    assert.equal(receipt.totals.total, price);
  }
  const { items } = await ask(window, 'GET', '/v1/orders?limit=50');
  const made = items.filter((/** @type {{ device_id: string }} */ order) => order.device_id === device.id);
  assert.equal(made.length, numbers.length, 'no sale was made twice');
}
