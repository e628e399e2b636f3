// What lies where: a shelf that is counted while the shop goes on selling, and a parcel to another store of which one is
// missing. The books are proved when the shop closes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  ask,
  checkAccessible,
  checkFits,
  level,
  openShop,
  openTill,
  owner,
  phone,
  receive,
  signIn,
} from '../harness/index.mjs';

const shop = openShop();
const product = '커피 노트';

/** @typedef {import('playwright-core').BrowserContext} Window */

/** Sells one at a till, for cash. @param {Window} till @param {string} store */
async function sellOne(till, store) {
  const menu = await ask(till, 'GET', `/v1/stores/${store}/menu`);
  const found = menu.products.find((/** @type {{ name: string }} */ { name }) => name === product);
  const [variant] = found.variants;
  await ask(till, 'POST', '/v1/checkouts', {
    lines: [{ variant_id: variant.id, quantity: 1 }],
    tenders: [{ kind: 'cash', amount: variant.price }],
    expected_total: variant.price,
  });
}

test('a shelf is counted while it sells, and only what was wrong is put right', async (t) => {
  const till = await shop.window(t);
  const store = await openTill(till);
  const window = await shop.window(t, { size: phone });
  await signIn(window, owner);
  const before = await receive(window, store, product, 10);

  const page = await window.newPage();
  await page.goto(`/console/stock/counts?store=${store}`);
  await page.getByRole('button', { name: '실사 시작' }).click();
  await page.getByLabel('메모').fill('문구만');
  await page.getByRole('button', { name: '세기 시작' }).click();

  await page.getByRole('searchbox').fill(product);
  await page.getByRole('button', { name: product }).waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await page.getByText(String(before), { exact: true }).count(), 0, 'who counts does not see the books');
  await page.getByLabel(`${product} 수량`).fill(String(before - 2));
  await checkFits(page);
  await checkAccessible(page);
  await page.keyboard.press('Enter');
  await page.getByText(`${product} ${before - 2}개`).waitFor();

  await sellOne(till, store);
  await page.getByRole('button', { name: '다 셌어요, 차이 보기' }).click();
  await page.getByText('없어진 것 2개').waitFor();
  await checkAccessible(page);
  await page.getByRole('button', { name: '장부에 반영하기' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '장부에 반영하기' }).click();
  await page.getByText('장부를 맞췄어요').waitFor();
  assert.equal((await level(window, store, product)).on_hand, before - 2 - 1, 'two were missing and one was sold');
});

test('what is sent to another store is on its way until somebody there counts it in', async (t) => {
  const window = await shop.window(t);
  await signIn(window, owner);
  const { items: stores } = await ask(window, 'GET', '/v1/stores');
  const [from, to] = stores;
  await receive(window, from.id, product, 5);
  const [here, there] = [await level(window, from.id, product), await level(window, to.id, product)];

  const page = await window.newPage();
  await page.goto(`/console/stock/transfers?store=${from.id}`);
  await page.getByRole('button', { name: '보내기', exact: true }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('받는 매장').selectOption(to.id);
  await sheet.getByRole('searchbox').fill(product);
  await sheet.getByRole('button', { name: product }).click();
  await sheet.getByLabel('수량').fill('3');
  await checkAccessible(page);
  await sheet.getByRole('button', { name: '보내기' }).click();
  await sheet.waitFor({ state: 'hidden' });
  assert.equal((await level(window, from.id, product)).on_hand, here.on_hand - 3);
  assert.equal((await level(window, to.id, product)).on_the_way, there.on_the_way + 3);

  await page.goto(`/console/stock/transfers?store=${to.id}&status=sent`);
  await page.locator('tbody tr').first().click();
  await sheet.getByLabel(`${product} 받은 수량`).fill('2');
  await sheet.getByRole('button', { name: '받은 대로 반영하기' }).click();
  await sheet.getByText('이유를 적어 주세요').waitFor();
  await sheet.getByLabel('이유').fill('한 권 젖어서 버림');
  await checkAccessible(page);
  await sheet.getByRole('button', { name: '받은 대로 반영하기' }).click();
  await sheet.getByText('한 권 젖어서 버림').waitFor();
  const arrived = await level(window, to.id, product);
  assert.deepEqual([arrived.on_hand, arrived.on_the_way], [there.on_hand + 2, there.on_the_way]);
});

test('a delivery of several lines is one slip, and stands in the history with who took it in', async (t) => {
  const window = await shop.window(t);
  await signIn(window, owner);
  const { items: stores } = await ask(window, 'GET', '/v1/stores');
  const before = (await level(window, stores[0].id, product)).on_hand;
  const page = await window.newPage();
  await page.goto(`/console/stock/slips?store=${stores[0].id}&slip=new`);
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('거래처').fill('단골문구');
  await sheet.getByRole('searchbox').fill(product);
  await sheet.getByRole('button', { name: product }).click();
  await sheet.getByLabel('수량').fill('7');
  await sheet.getByLabel('매입가').fill('3000');
  await checkAccessible(page);
  await sheet.getByRole('button', { name: '전표 남기기' }).click();
  await sheet.waitFor({ state: 'hidden' });
  const row = page.locator('tbody tr').first();
  await row.getByText('21,000원').waitFor();
  await row.click();
  await sheet.getByText('단골문구').waitFor();
  assert.equal((await level(window, stores[0].id, product)).on_hand, before + 7);
});

test('a photograph is made smaller and stands on the till; a drawing with a script is refused', async (t) => {
  const window = await shop.window(t, { allowed: [/422 \(Unprocessable Entity\).*\/picture/] });
  await signIn(window, owner);
  const page = await window.newPage();
  await page.goto(`/console/catalog?query=${encodeURIComponent(product)}`);
  await page.locator('tbody tr').first().click();
  const sheet = page.getByRole('dialog');
  const file = sheet.locator('input[type=file]');
  await file.setInputFiles({
    name: 'drawing.png',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  });
  await sheet.getByText('사진 파일이 아니에요').waitFor();
  const photograph = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1600, 1200];
    const context = canvas.getContext('2d');
    context.fillStyle = 'teal';
    context.fillRect(0, 0, 1600, 1200);
    return canvas.toDataURL('image/jpeg').split(',')[1];
  });
  await file.setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(photograph, 'base64') });
  await page.getByText('사진을 저장했어요').waitFor();
  await checkAccessible(page);

  const till = await shop.window(t);
  await openTill(till);
  const counter = await till.newPage();
  await counter.goto('/till');
  await counter.getByRole('searchbox').first().fill(product);
  const picture = counter.locator('.shelf .tile img').first();
  await picture.waitFor();
  await counter.waitForFunction(() => document.querySelector('.shelf .tile img')?.naturalWidth === 320);
});
