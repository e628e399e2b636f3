// The first sale, by whoever stands at the till: two coffees and a notebook for cash, the receipt, and the notebook
// brought back. Stock follows, and at the end the books are proved.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  ask,
  checkAccessible,
  checkFits,
  desk,
  level,
  openShop,
  openTill,
  owner,
  phone,
  receive,
  signIn,
} from '../harness/index.mjs';

const shop = openShop();

/** Two coffees with ice and a notebook, on a receipt that speaks the store's language. */
const total = '15,600원';

/** What the till sells and says. */
const words = {
  ko: {
    coffee: /^아메리카노/,
    iced: /^ICE/,
    notebook: '커피 노트',
    search: '상품 이름, 초성, 바코드',
    put: /^담기/,
    cash: /^현금/,
    take: '딱 맞게 15,600원 받기',
    sold: '결제가 끝났어요',
    next: '다음 주문',
    refund: '환불',
    number: '영수증 번호',
    find: '찾기',
    all: '전부 고르기',
    more: '하나 늘리기',
    one: '1개 환불',
    back: '8,000원',
    refunded: '환불이 끝났어요',
  },
  en: {
    coffee: /^Americano/,
    iced: /^Iced/,
    notebook: 'Coffee Notebook',
    search: 'Product name, barcode',
    put: /^Add/,
    cash: /^Cash/,
    take: 'Take exactly ₩15,600',
    sold: 'Paid',
    next: 'Next order',
    refund: 'Refund',
    number: 'Receipt number',
    find: 'Find',
    all: 'Choose all',
    more: 'One more',
    one: 'Refund 1 item',
    back: '₩8,000',
    refunded: 'Refunded',
  },
};

for (const [language, size] of /** @type {const} */ ([
  ['ko', desk],
  ['en', phone],
])) {
  test(`a sale and a refund in ${language}, ${size.width} pixels wide`, async (t) => {
    const say = words[language];
    const office = await shop.window(t);
    await signIn(office, owner);
    const window = await shop.window(t, { language, size });
    const store = await openTill(window);
    const notebooks = await receive(office, store, words.ko.notebook, 5);

    const page = await window.newPage();
    await page.goto('/till');
    const press = (/** @type {string | RegExp} */ name, within = page.locator('body')) =>
      within.getByRole('button', { name }).first().click();
    const sheet = page.getByRole('dialog').last();

    for (let cups = 0; cups < 2; cups++) {
      await press(say.coffee);
      await sheet.getByRole('radio', { name: say.iced }).click();
      await press(say.put, sheet);
      await sheet.waitFor({ state: 'hidden' });
    }
    await page.getByPlaceholder(say.search).fill(say.notebook);
    await press(new RegExp(`^${say.notebook}`));
    await look(page);
    await press(say.cash);
    await look(page);
    await press(say.take, sheet);
    await page.getByText(say.sold).first().waitFor();
    await page.getByText(total).first().waitFor();
    await look(page);
    assert.equal((await level(office, store, words.ko.notebook)).on_hand, notebooks - 1, 'the notebook left the shelf');

    const number = await page
      .getByText(/^[A-Z0-9]{4}-1-000001$/)
      .first()
      .innerText();
    await press(say.next);
    await press(say.refund);
    await page.getByLabel(say.number).fill(number);
    await press(say.find, sheet);
    await sheet.getByRole('group', { name: say.notebook }).getByRole('button', { name: say.more }).click();
    await look(page);
    await press(say.one, sheet);
    await press(say.one, page.getByRole('alertdialog'));
    await page.getByText(say.refunded).waitFor();
    await page.getByText(say.back).first().waitFor();
    await look(page);
    assert.equal(
      (await level(office, store, words.ko.notebook)).on_hand,
      notebooks,
      'the notebook is back on the shelf',
    );
  });
}

test('two shots are taken, and Enter pays', async (t) => {
  const window = await shop.window(t);
  await openTill(window);
  const page = await window.newPage();
  await page.goto('/till');
  const sheet = page.getByRole('dialog').last();
  await page.getByRole('button', { name: words.ko.coffee }).first().click();
  await sheet.getByRole('radio', { name: words.ko.iced }).click();
  await sheet.getByRole('checkbox', { name: /^샷/ }).click();
  await sheet.getByRole('group', { name: /^샷 / }).getByRole('button').last().click();
  await page.keyboard.press('Enter'); // takes the coffee
  await sheet.waitFor({ state: 'hidden' });
  await page.getByText(/샷 ×2/).waitFor();
  await page.getByRole('button', { name: /^카드 4,800원/, disabled: false }).waitFor();
  await page.keyboard.press('Enter'); // pays by card
  await page.getByText(words.ko.sold).first().waitFor();
  assert.equal((await page.getByText('4,800원').count()) > 0, true, 'the receipt shows both shots');
});

test('two drinks with options are paid by card in at most eight touches, and brought back in four', async (t) => {
  const window = await shop.window(t);
  await openTill(window);
  const page = await window.newPage();
  await page.goto('/till');
  const say = words.ko;
  const sheet = page.getByRole('dialog').last();
  let touches = 0;
  const touch = async (/** @type {import('playwright-core').Locator} */ target) => {
    touches++;
    await target.first().click();
  };
  for (const temperature of [say.iced, /^HOT/]) {
    await touch(page.getByRole('button', { name: say.coffee }));
    await touch(sheet.getByRole('radio', { name: temperature }));
    await touch(sheet.getByRole('button', { name: say.put }));
    await sheet.waitFor({ state: 'hidden' });
  }
  await touch(page.getByRole('button', { name: /^카드 [\d,]+원/ }));
  await page.getByText(say.sold).first().waitFor();
  assert.ok(touches <= 8, `the sale took ${touches} touches`);
  const number = await page
    .getByText(/^[A-Z0-9]{4}-1-000001$/)
    .first()
    .innerText();

  await page.getByRole('button', { name: say.next }).click();
  touches = 0;
  await page.keyboard.type(number); // a scanner types what it reads
  await page.keyboard.press('Enter');
  await touch(sheet.getByRole('button', { name: say.all }));
  await touch(sheet.getByRole('button', { name: '2개 환불' }));
  await touch(page.getByRole('alertdialog').getByRole('button', { name: '2개 환불' }));
  await page.getByText(say.refunded).waitFor();
  assert.ok(touches <= 4, `the refund took ${touches} touches`);
  await page.getByText('카드').first().waitFor();
});

test('a card sale with its slip takes no more touches than one without', async (t) => {
  const window = await shop.window(t);
  await openTill(window);
  const office = await shop.window(t);
  await signIn(office, owner);
  const { items } = await ask(office, 'GET', '/v1/tenders');
  const { id, version, kind: _, ...terms } = items.find((/** @type {{ kind: string }} */ one) => one.kind === 'card');
  const demand = (/** @type {boolean} */ slip_required, /** @type {number} */ read) =>
    office.request.put(`/v1/tenders/${id}`, {
      data: { ...terms, slip_required },
      headers: { 'If-Match': String(read) },
    });
  assert.ok((await demand(true, version)).ok());
  const page = await window.newPage();
  await page.goto('/till');
  const say = words.ko;
  const sheet = page.getByRole('dialog').last();
  let touches = 0;
  const touch = async (/** @type {import('playwright-core').Locator} */ target) => {
    touches++;
    await target.first().click();
  };
  for (const temperature of [say.iced, /^HOT/]) {
    await touch(page.getByRole('button', { name: say.coffee }));
    await touch(sheet.getByRole('radio', { name: temperature }));
    await touch(sheet.getByRole('button', { name: say.put }));
    await sheet.waitFor({ state: 'hidden' });
  }
  await touch(page.getByRole('button', { name: /^카드 [\d,]+원/ }));
  await sheet.getByLabel('승인번호').fill('30012345'); // copied from the slip, by the keyboard
  await look(page);
  await touch(sheet.getByRole('button', { name: /결제하기/ }));
  await page.getByText(say.sold).first().waitFor();
  await page
    .getByText(/승인번호 30012345/)
    .first()
    .waitFor();
  assert.ok(touches <= 8, `the sale took ${touches} touches`);
  assert.ok((await demand(false, version + 1)).ok());
});

test('a sale is split over card, a voucher and cash, and its parts are taken off again', async (t) => {
  const window = await shop.window(t);
  await openTill(window);
  const page = await window.newPage();
  await page.goto('/till');
  const say = words.ko;
  const sheet = page.getByRole('dialog').last();
  for (let cups = 0; cups < 2; cups++) {
    await page.getByRole('button', { name: say.coffee }).first().click();
    await sheet.getByRole('radio', { name: say.iced }).click();
    await sheet.getByRole('button', { name: say.put }).click();
    await sheet.waitFor({ state: 'hidden' });
  }
  await page.getByRole('button', { name: /^다른 결제/ }).click();
  const left = sheet.getByRole('status');
  await left.getByText('7,600원').waitFor();
  await look(page);
  await page.keyboard.type('3000');
  await sheet.getByRole('button', { name: /^카드/ }).click();
  await left.getByText('4,600원').waitFor();
  await sheet.getByRole('button', { name: '카드 빼기' }).click();
  await left.getByText('7,600원').waitFor();
  await page.keyboard.type('600');
  await sheet.getByRole('button', { name: /^카드/ }).click();
  await page.keyboard.type('5000');
  await sheet.getByRole('button', { name: /^온누리상품권/ }).click();
  await left.getByText('2,000원').waitFor();
  await look(page);
  await page.keyboard.type('5000');
  await sheet.getByRole('button', { name: /^현금/ }).click();
  await left.getByText('3,000원').waitFor(); // change
  await sheet.getByRole('button', { name: /결제하기/ }).click();
  await page.getByText(say.sold).first().waitFor();
  await page.getByText('온누리상품권').first().waitFor();
  await page.getByText('3,000원').first().waitFor();
});

/** @param {import('playwright-core').Page} page */
async function look(page) {
  await checkFits(page);
  await checkAccessible(page);
}
