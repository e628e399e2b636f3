// What has no price of a unit: a piece by weight, and something whose amount is entered.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkAccessible, checkFits, desk, openShop, openTill, phone } from '../harness/index.mjs';

const shop = openShop();

/** A person types slower than a scanner, in milliseconds from key to key. */
const delay = 80;

/** What the till sells and says. */
const words = {
  ko: {
    search: '상품 이름, 초성, 바코드',
    beans: '블렌드 원두 (무게)',
    cake: '주문 케이크 (금액 입력)',
    next: /^다음/,
    put: (/** @type {string} */ amount) => new RegExp(`^담기 ${amount}원`),
    bounds: '30,000원부터 200,000원까지 받을 수 있어요.',
    weights: '1g부터 99,999g까지 입력할 수 있어요.',
    shown: /주문 2개/,
    kilo: '0.357 kg × 48,000원/kg',
    card: /^카드 62,130원/,
    sold: '결제가 끝났어요',
  },
  en: {
    search: 'Product name, barcode',
    beans: 'Blend Beans by Weight',
    cake: 'Cake to Order',
    next: /^Next/,
    put: (/** @type {string} */ amount) => new RegExp(`^Add ₩${amount}`),
    bounds: 'From ₩30,000 to ₩200,000.',
    weights: 'From 1 g to 99,999 g.',
    shown: /Order 2 items/,
    kilo: '0.357 kg × ₩48,000/kg',
    card: /^Card ₩62,130/,
    sold: 'Paid',
  },
};

for (const [language, size] of /** @type {const} */ ([
  ['ko', desk],
  ['en', phone],
])) {
  test(`a weighed piece and an open price are sold in ${language}, ${size.width} pixels wide`, async (t) => {
    const say = words[language];
    const window = await shop.window(t, { language, size });
    await openTill(window);
    const page = await window.newPage();
    await page.goto('/till', { waitUntil: 'networkidle' });
    const sheet = page.getByRole('dialog');
    const touch = async (/** @type {string} */ product) => {
      await page.getByPlaceholder(say.search).fill(product);
      await page.locator('.shelf').getByText(product, { exact: true }).click();
      await sheet.waitFor();
    };

    // A piece of beans: nothing on the scale is refused, then 357 g on the pad.
    await touch(say.beans);
    await sheet.getByRole('button', { name: say.next }).click();
    await sheet.getByRole('alert').getByText(say.weights).waitFor();
    await checkFits(page);
    await checkAccessible(page);
    for (const digit of '357') {
      await sheet.getByRole('button', { name: digit, exact: true }).click();
    }
    await sheet.getByText(say.kilo).waitFor();
    await sheet.getByRole('button', { name: say.put('17,136') }).click();
    await sheet.waitFor({ state: 'hidden' });

    // A cake: too little is refused, then an amount by the keyboard.
    await touch(say.cake);
    await page.keyboard.type('29999', { delay });
    await page.keyboard.press('Enter');
    await sheet.getByRole('alert').getByText(say.bounds).waitFor();
    await checkAccessible(page);
    for (let digit = 0; digit < 5; digit++) {
      await page.keyboard.press('Backspace');
    }
    await page.keyboard.type('45000', { delay });
    await page.keyboard.press('Enter');
    await sheet.waitFor({ state: 'hidden' });
    await page.getByPlaceholder(say.search).fill('');

    if (size === phone) {
      await page.getByRole('button', { name: say.shown }).click();
    }
    await page.locator('.order').getByText(say.kilo).waitFor();
    await checkFits(page);
    await page.getByRole('button', { name: say.card }).click();
    await page.getByText(say.sold).first().waitFor();
    const receipt = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
    assert.match(receipt, /0\.357 kg × 48,000원\/kg/);
    assert.match(receipt, /끝전 할인 −6원/);
  });
}
