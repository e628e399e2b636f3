// What whoever runs the shop does in the console, each on the real program: counting what came in, changing a product
// at the same time as somebody else, a file of products and back, connecting a till, and being signed out meanwhile.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { ask, cashier, checkAccessible, openShop, owner, signIn } from '../harness/index.mjs';

const shop = openShop();

/**
 * A page of the console in front of the owner.
 * @param {import('node:test').TestContext} t
 * @param {string} path
 * @param {RegExp[]} [allowed]
 */
async function open(t, path, allowed) {
  const window = await shop.window(t, { allowed });
  await signIn(window, owner);
  const page = await window.newPage();
  await page.goto(path);
  return { window, page };
}

test('what came in is on hand, and stands in the history with its reason', async (t) => {
  const { page } = await open(t, '/console/stock?level=tracked');
  await page.locator('tbody tr').first().click();
  const sheet = page.getByRole('dialog');
  const before = parseInt(await sheet.locator('.onhand strong').innerText(), 10);
  await sheet.getByLabel('수량', { exact: true }).fill('7');
  await sheet.getByLabel('이유').fill('오전 입고');
  await sheet.getByRole('button', { name: '확인' }).click();
  await checkAccessible(page);
  await page.getByRole('alertdialog').getByRole('button', { name: '기록하기' }).click();
  await sheet.getByText('입고 · 오전 입고').waitFor();
  await sheet.getByText(`${before + 7}개`, { exact: true }).waitFor();
});

test('two people change one product: the second decides field by field, and nothing is lost unseen', async (t) => {
  const { window, page: first } = await open(t, '/console/catalog?query=라떼');
  const { page: second } = await open(t, '/console/catalog?query=라떼', [/412 \(Precondition Failed\)/]);
  for (const page of [first, second]) {
    await page.locator('tbody tr').first().click();
  }
  const id = new URL(second.url()).searchParams.get('product');
  const fill = async (/** @type {import('playwright-core').Page} */ page, /** @type {string[]} */ [name, sku]) => {
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('영어 이름').fill(name ?? '');
    await sheet.getByLabel('SKU', { exact: true }).fill(sku ?? '');
    await page.getByRole('button', { name: '저장', exact: true }).click();
  };
  await first.getByRole('dialog').getByLabel('설명').fill('먼저 적은 설명');
  await fill(first, ['First', 'FIRST-1']);
  await first.getByText('저장했어요').waitFor();

  await fill(second, ['Second', 'SECOND-1']);
  await second.getByText('다른 사람이 이 상품을 바꿨어요').waitFor();
  await checkAccessible(second);
  const save = second.getByRole('button', { name: '고른 대로 저장' });
  assert(await save.isDisabled(), 'both changed the English name and the SKU, so the second has to choose');
  await second.getByRole('group', { name: '영어 이름' }).getByLabel('Second').check();
  await second.getByRole('group', { name: /^SKU/ }).getByLabel('FIRST-1').check();
  await save.click();
  await second.getByText('저장했어요').waitFor();
  const saved = await ask(window, 'GET', `/v1/products/${id}`);
  assert.deepEqual([saved.name_en, saved.variants[0].sku, saved.description], ['Second', 'FIRST-1', '먼저 적은 설명']);
});

test('chosen products are changed together after a look at what becomes of them, and changed back', async (t) => {
  const { window, page } = await open(t, '/console/catalog?query=라떼');
  const { items: before } = await ask(window, 'GET', '/v1/products?query=라떼');
  const prices = (/** @type {any[]} */ products) =>
    products.map(({ variants }) => variants.map((/** @type {any} */ { prices }) => prices));
  for (const at of [0, 1]) {
    await page.locator('tbody input[type=checkbox]').nth(at).check();
  }
  await page.getByText('2개 골랐어요').waitFor();
  await page.getByRole('button', { name: '한꺼번에 고치기' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('가격', { exact: true }).selectOption('% 올리기');
  await sheet.getByLabel('퍼센트').fill('10');
  await sheet.getByLabel('반올림').selectOption('100');
  await checkAccessible(page);
  await sheet.getByRole('button', { name: '미리 보기' }).click();
  const amount = before[0].variants[0].prices[0].amount;
  const raised = Math.floor((amount * 11 + 500) / 1000) * 100;
  await sheet
    .getByText(`${raised.toLocaleString('ko')}원`)
    .first()
    .waitFor();
  await checkAccessible(page);
  await sheet.getByRole('button', { name: '상품 2개 바꾸기' }).click();
  await page.getByText('상품 2개를 바꿨어요').waitFor();
  const { items: after } = await ask(window, 'GET', '/v1/products?query=라떼');
  assert.equal(after[0].variants[0].prices[0].amount, raised);
  assert.deepEqual(prices(after.slice(2)), prices(before.slice(2)));
  await page.getByRole('button', { name: '되돌리기' }).click();
  await page.getByText('되돌렸어요.').waitFor();
  const { items: again } = await ask(window, 'GET', '/v1/products?query=라떼');
  assert.deepEqual(prices(again), prices(before));
});

test('a file is checked, refused with its cells, then applied and undone', async (t) => {
  const { window, page } = await open(t, '/console/catalog/imports');
  const file = page.locator('input[type=file]');
  const upload = async (/** @type {string} */ rows) => {
    await file.setInputFiles({
      name: 'menu.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`상품코드,상품명,가격\n${rows}`),
    });
    await page.getByLabel('처음로점').check();
    await page.getByRole('button', { name: '검사하기' }).click();
  };
  const products = async () => (await ask(window, 'GET', '/v1/products?query=시험용')).items.length;

  await upload('trial-1,시험용 차,많이\n');
  await page
    .getByRole('cell', { name: '가격' })
    .or(page.getByRole('gridcell', { name: '가격' }))
    .waitFor();
  await checkAccessible(page);
  assert.equal(await products(), 0);

  await page.getByRole('link', { name: '가져오기로' }).click();
  await upload('trial-1,시험용 차,4500\ntrial-2,시험용 빵,3000\n');
  await page.getByRole('button', { name: '상품에 넣기' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '상품에 넣기' }).click();
  await page.getByText('상품을 모두 넣었어요').waitFor();
  assert.equal(await products(), 2);

  await page.getByRole('button', { name: '되돌리기' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '되돌리기' }).click();
  await page.getByText('되돌렸어요.', { exact: true }).waitFor();
  assert.equal(await products(), 0);
});

test('a till that takes its code is noticed at once', async (t) => {
  const { page } = await open(t, '/console/devices');
  await page.getByRole('button', { name: '기기 추가' }).click();
  await page.getByLabel('이름').fill('창가 계산대');
  await page.getByRole('button', { name: '연결 코드 받기' }).click();
  const code = await page.locator('.code').innerText();
  const till = await shop.window(t);
  await ask(till, 'POST', '/v1/pairings', { code });
  await page.getByText('계산대가 연결됐어요').waitFor();
});

test('the orders that are shown leave as a file that Excel reads in Korean', async (t) => {
  const { window, page } = await open(t, '/console/orders');
  const { items: stores } = await ask(window, 'GET', '/v1/stores');
  const day = `from=${stores[0].business_date}&to=${stores[0].business_date}`;
  let sold = 0;
  for (let cursor = '', more = true; more;) {
    const part = await ask(window, 'GET', `/v1/orders?${day}&limit=200${cursor}`);
    sold += part.items.length;
    cursor = `&cursor=${encodeURIComponent(part.next_cursor)}`;
    more = part.next_cursor !== '';
  }
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const text = await readFile(await (await saved).path(), 'utf8');
  assert.match(text, /^\uFEFF영업일,시각,매장,영수증 번호/);
  assert.equal(text.trimEnd().split('\n').length, 1 + sold);
});

test('an ended session leads back to where one was, and a cashier is told plainly', async (t) => {
  const { window, page } = await open(t, '/console/stock?level=tracked', [/401 \(Unauthorized\)/]);
  await page.locator('tbody tr').first().waitFor();
  await ask(window, 'DELETE', '/v1/session');
  await page.getByLabel('수량').selectOption('low');
  await page.getByText('로그인 시간이 끝났어요').waitFor();
  const enter = async (/** @type {{ login: string, password: string }} */ { login, password }) => {
    await page.getByLabel('아이디').fill(login);
    await page.getByLabel('비밀번호').fill(password);
    await page.getByRole('button', { name: '로그인' }).click();
  };
  await enter(cashier);
  await page.getByText('이 페이지를 볼 권한이 없어요').waitFor();
  await checkAccessible(page);
  await page.getByRole('button', { name: '로그아웃' }).click();
  await enter(owner);
  await page.getByRole('heading', { name: '재고' }).waitFor();
  assert.equal(new URL(page.url()).search, '?level=low');
});
