// A price that is planned in the console, as the till sees it.
import { test } from 'node:test';

import { checkAccessible, checkFits, openShop, openTill, owner, signIn } from '../harness/index.mjs';

const shop = openShop();

test('a planned price shows on the till while it is looked at, and goes when it is removed', async (t) => {
  const counter = await shop.window(t, {});
  await openTill(counter);
  const till = await counter.newPage();
  await till.goto('/till', { waitUntil: 'networkidle' });
  await till.getByRole('searchbox').fill('커피 노트');
  const tile = till.locator('.shelf .tile').first();
  await tile.getByText('8,000원').waitFor();
  await tile.click();
  await till.getByRole('button', { name: /^카드 8,000원/ }).waitFor();

  const office = await shop.window(t, {});
  await signIn(office, owner);
  const page = await office.newPage();
  await page.goto('/console/catalog/planned-prices', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: '행사가 정하기' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: '저장' }).click();
  await sheet.getByRole('searchbox').fill('커피 노트');
  await sheet.getByRole('list').getByRole('button').first().click();
  await sheet.getByText('지금 가격 8,000원').waitFor();
  await sheet.getByLabel('행사가', { exact: true }).fill('6500');
  await sheet.getByLabel('시작하는 날').fill('2020-01-01');
  await checkFits(page);
  await checkAccessible(page);
  await sheet.getByRole('button', { name: '저장' }).click();
  await sheet.waitFor({ state: 'hidden' });

  // The order that is being taken costs the new price too.
  await tile.getByText('6,500원').waitFor();
  await till.getByRole('button', { name: /^카드 6,500원/ }).waitFor();

  const row = page.getByRole('row', { name: /커피 노트/ });
  await row.getByText('진행 중').waitFor();
  await row.click();
  await sheet.getByRole('button', { name: '지우기' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '지우기' }).click();
  await row.waitFor({ state: 'detached' });
  await tile.getByText('8,000원').waitFor();
  await till.getByRole('button', { name: /^카드 8,000원/ }).waitFor();
});
