// Taking an order: what is taken off it, and who has to allow that.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask, checkAccessible, checkFits, desk, openShop, openTill, owner, phone } from '../harness/index.mjs';

const shop = openShop();

/** What the till sells and says. */
const words = {
  ko: {
    search: '상품 이름, 초성, 바코드',
    notebook: '커피 노트',
    shown: /주문 1개/,
    line: /^할인 %?$|^할인$/,
    whole: /^할인 F8$|^할인$/,
    ten: '할인 넣기',
    reason: '단골 손님',
    takeOff: /^\d+% 할인/,
    waits: '이 할인은 점주나 매니저의 승인이 필요해요.',
    approve: /^승인 받기/,
    login: '아이디',
    allow: /할인 승인/,
    undo: '되돌리기',
    coupon: /^단골 쿠폰/,
    card: (/** @type {string} */ amount) => new RegExp(`^카드 ${amount}원`),
    sold: '결제가 끝났어요',
    discount: '단골 쿠폰',
    hold: /^보류/,
    name: '이름이나 번호',
    holdThis: /^이 주문 보류하기/,
    empty: '주문이 비어 있어요',
    recall: '불러오기',
    discard: '버리기',
    none: '보류한 주문이 없어요.',
    more: /^더보기/,
    usual: '매장·포장 묻기',
    takeaway: '포장',
    service: '구분',
    password: '비밀번호',
    switch: /^직원 바꾸기/,
    owner: '김단골',
    switchNow: /^바꾸기/,
    wrongPin: 'PIN이 맞지 않아요. 다시 입력해 주세요.',
    startTraining: '연습 시작하기',
    endTraining: '연습 끝내기',
    training: '연습 중',
    practised: '연습 결제가 끝났어요',
    practiceReceipt: '연습 영수증',
    next: /^다음 주문/,
  },
  en: {
    search: 'Product name, barcode',
    notebook: 'Coffee Notebook',
    shown: /Order 1 item/,
    line: /^Discount %?$|^Discount$/,
    whole: /^Discount F8$|^Discount$/,
    ten: 'Add the discount',
    reason: 'Regular customer',
    takeOff: /^Take off \d+%/,
    waits: 'The owner or a manager has to approve this discount.',
    approve: /^Get approval/,
    login: 'Login',
    allow: /^Approve .* off/,
    undo: 'Undo',
    coupon: /^Regular’s coupon/,
    card: (/** @type {string} */ amount) => new RegExp(`^Card ₩${amount}`),
    sold: 'Paid',
    discount: '단골 쿠폰',
    hold: /^Hold/,
    name: 'Name or number',
    holdThis: /^Hold this order/,
    empty: 'The order is empty',
    recall: 'Recall',
    discard: 'Discard',
    none: 'No order is held.',
    more: /^More/,
    usual: 'Ask: eat in or takeaway',
    takeaway: 'Takeaway',
    service: '구분',
    password: 'Password',
    switch: /^Switch staff/,
    owner: '김단골',
    switchNow: /^Switch/,
    wrongPin: 'The PIN is not right. Type it again.',
    startTraining: 'Start training',
    endTraining: 'End training',
    training: 'Training',
    practised: 'Practice sale done',
    practiceReceipt: '연습 영수증',
    next: /^Next order/,
  },
};

/** @typedef {(typeof words)['ko']} Words */

for (const [language, size] of /** @type {const} */ ([
  ['ko', desk],
  ['en', phone],
])) {
  test(`discounts, and one that has to be approved, in ${language}, ${size.width} pixels wide`, async (t) => {
    const say = words[language];
    const { page, sheet, press, take } = await till(t, language, size);
    await take(say.notebook); // 8,000 won
    if (size === phone) {
      await press(say.shown);
    }

    // A tenth is what a cashier may give alone.
    await press(say.line, page.locator('li[aria-current]'));
    await look(page);
    await type(sheet, '10');
    await press(say.reason, sheet);
    await press(say.takeOff, sheet);
    await page.getByRole('button', { name: say.card('7,200') }).waitFor();

    // A coupon that the shop has named needs nobody either, and can be undone.
    await press(say.whole, page.locator('section header'));
    await press(say.coupon, sheet);
    await page.getByRole('button', { name: say.card('6,200') }).waitFor();
    await look(page);
    await page.getByRole('button', { name: say.undo }).last().click();
    await page.getByRole('button', { name: say.card('7,200') }).waitFor();
    await press(say.whole, page.locator('section header'));
    await press(say.coupon, sheet);
    await page.getByRole('button', { name: say.card('6,200') }).waitFor();

    // Half is more than the cashier may: the owner says yes to it.
    await press(say.whole, page.locator('section header'));
    await type(sheet, '50');
    await press(say.reason, sheet);
    await press(say.takeOff, sheet);
    await page.getByText(say.waits).waitFor();
    await look(page);
    await press(say.approve);
    await sheet.getByRole('tab', { name: say.password }).click();
    await sheet.getByLabel(say.login).fill(owner.login);
    await sheet.getByLabel(say.password, { exact: true }).last().fill(owner.password);
    await look(page);
    await press(say.allow, sheet);
    await press(say.card('3,100'));
    await page.getByText(say.sold).first().waitFor();
    await page.getByText(say.discount).first().waitFor();
    await look(page);
  });
}

for (const [language, size] of /** @type {const} */ ([
  ['ko', desk],
  ['en', phone],
])) {
  test(`one till holds an order and another goes on with it, in ${language}, ${size.width} pixels wide`, async (t) => {
    const say = words[language];
    const first = await till(t, language, size);
    const second = await till(t, language, size);
    await first.take(say.notebook);
    await first.page.keyboard.press('F6');
    await look(first.page);
    await first.sheet.getByLabel(say.name).fill('창가 손님');
    await first.press(say.holdThis, first.sheet);
    await first.sheet.waitFor({ state: 'hidden' });
    if (size === desk) {
      await first.page.getByText(say.empty).waitFor();
    }

    await second.press(say.hold);
    await second.sheet.getByText('창가 손님').waitFor();
    await look(second.page);
    await second.press(say.recall, second.sheet);
    await second.sheet.waitFor({ state: 'hidden' });
    await second.page.getByRole('button', { name: say.card('8,000') }).waitFor();

    // The first till doesn't find it any more.
    await first.press(say.hold);
    await first.sheet.getByText(say.none).waitFor();
    await first.page.keyboard.press('Escape');

    // It is taken away, and the receipt says so.
    await second.press(say.more);
    await second.sheet.getByLabel(say.usual).selectOption('eat_in');
    await second.page.keyboard.press('Escape');
    await second.page.getByRole('button', { name: say.takeaway, exact: true }).click();
    await second.press(say.card('8,000'));
    await second.page.getByText(say.sold).first().waitFor();
    await second.page.getByText(say.service).first().waitFor();
    await look(second.page);

    // What nobody comes back for is thrown away, after a question.
    await first.take(say.notebook);
    await first.press(say.hold);
    await first.press(say.holdThis, first.sheet);
    await first.press(say.hold);
    await first.press(say.discard, first.sheet);
    await first.press(say.discard, first.page.getByRole('alertdialog'));
    await first.sheet.getByText(say.none).waitFor();
  });
}

for (const [language, size] of /** @type {const} */ ([
  ['ko', desk],
  ['en', phone],
])) {
  test(`staff switch by PIN, and someone new practises, in ${language}, ${size.width} pixels wide`, async (t) => {
    const say = words[language];
    const { window, page, sheet, press, take } = await till(t, language, size, [
      /409 \(Conflict\).*\/v1\/sessions\/pin/,
    ]);
    await take(say.notebook);
    if (size === phone) {
      await press(say.more);
      await press(say.switch, sheet);
    } else {
      await press(say.switch);
    }
    await press(say.owner, page.getByRole('dialog').last());
    await type(sheet, '1470');
    await press(say.switchNow, sheet);
    await page.getByText(say.wrongPin).waitFor();
    await look(page);
    await type(sheet, '2580');
    await press(say.switchNow, sheet);
    await sheet.waitFor({ state: 'hidden' });
    const session = await ask(window, 'GET', '/v1/session');
    assert.equal(session.staff.name, say.owner);
    assert(!session.permissions.includes('staff.write'), 'a PIN opens no more than the till');
    await page.getByRole('button', { name: say.card('8,000') }).waitFor();

    await press(say.more);
    await press(say.startTraining, sheet);
    await page.getByText(say.training, { exact: true }).first().waitFor();
    await look(page);
    await press(say.card('8,000'));
    await page.getByText(say.practised).waitFor();
    await page.getByText(say.practiceReceipt).first().waitFor();
    await look(page);
    await press(say.next);
    await press(say.endTraining);

    // What comes next is real, and has the till's first number.
    await take(say.notebook);
    await press(say.card('8,000'));
    await page.getByText(say.sold, { exact: true }).first().waitFor();
    await page
      .getByText(/-1-000001$/)
      .first()
      .waitFor();
  });
}

test('the owner names a discount and sets the limits', async (t) => {
  const window = await shop.window(t);
  await ask(window, 'POST', '/v1/sessions', owner);
  const page = await window.newPage();
  await page.goto('/console/discounts');
  await page.getByRole('button', { name: '할인 추가' }).click();
  const sheet = page.getByRole('dialog').last();
  await sheet.getByLabel('이름', { exact: true }).fill('오픈 행사');
  await sheet.getByLabel('얼마나').fill('15');
  await look(page);
  await sheet.getByRole('button', { name: '저장' }).click();
  await page.getByText('오픈 행사', { exact: true }).waitFor();
  await page.getByLabel('캐셔').fill('5');
  await page.getByRole('button', { name: '한도 저장' }).click();
  await page.getByText('한도를 저장했어요.').waitFor();
  await look(page);
  const limits = await ask(window, 'GET', '/v1/discount-limits');
  assert.equal(limits.cashier_ppm, 50_000);
  await ask(window, 'DELETE', '/v1/session');
});

/**
 * Opens a till of a cashier, and gives what a test does at it.
 * @param {import('node:test').TestContext} t
 * @param {'ko' | 'en'} language
 * @param {{ width: number, height: number }} size
 * @param {RegExp[]} [allowed] what a browser reports as a problem, and is none
 */
async function till(t, language, size, allowed) {
  const say = words[language];
  const window = await shop.window(t, { language, size, allowed });
  const store = await openTill(window);
  const page = await window.newPage();
  await page.goto('/till');
  const press = (/** @type {string | RegExp} */ name, within = page.locator('body')) =>
    within.getByRole('button', { name }).first().click();
  const take = async (/** @type {string} */ product) => {
    await page.getByPlaceholder(say.search).fill(product);
    await press(new RegExp(`^${product}`));
    await page.getByPlaceholder(say.search).fill('');
  };
  return { window, store, page, sheet: page.getByRole('dialog').last(), press, take };
}

/**
 * Types digits on the pad of a sheet.
 * @param {import('playwright-core').Locator} sheet
 * @param {string} digits
 */
async function type(sheet, digits) {
  for (const digit of digits) {
    await sheet.getByRole('button', { name: digit, exact: true }).click();
  }
}

/** @param {import('playwright-core').Page} page */
async function look(page) {
  await checkFits(page);
  await checkAccessible(page);
}
