// What one person changes, the others see while they are looking.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { collectProblems, openBrowser, openWindow } from '../harness/browser.mjs';
import { openTill } from '../harness/people.mjs';
import { startDangol } from '../harness/program.mjs';

/** @type {Awaited<ReturnType<typeof startDangol>>} */
let program;
/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  [program, browser] = await Promise.all([startDangol(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await program?.stop();
});

test('what one till marks as sold out, the other greys at once, and sells again when it is cleared', async () => {
  const problems = [];
  const pages = [];
  for (let i = 0; i < 2; i++) {
    const window = await openWindow(browser, program.address);
    problems.push(collectProblems(window, program.address));
    await openTill(window);
    const page = await window.newPage();
    await page.goto('/till', { waitUntil: 'networkidle' });
    pages.push(page);
  }
  const [mine, theirs] = pages;
  const tile = (/** @type {import('playwright-core').Page} */ page) => page.locator('.shelf .tile').first();
  const name = await tile(mine).locator('.name').textContent();
  assert.equal(await tile(theirs).locator('.name').textContent(), name);

  const box = await tile(mine).boundingBox();
  assert(box);
  await mine.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await mine.mouse.down();
  const sheet = mine.getByRole('dialog');
  await sheet.waitFor();
  await mine.mouse.up();
  await sheet
    .getByRole('button', { name: `품절로 ${name}` })
    .first()
    .click();
  await sheet
    .getByRole('button', { name: `다시 팔기 ${name}` })
    .first()
    .waitFor();
  await tile(theirs).getByText('품절').waitFor();
  assert.equal(await tile(theirs).getAttribute('aria-disabled'), 'true');

  await sheet
    .getByRole('button', { name: `다시 팔기 ${name}` })
    .first()
    .click();
  await tile(theirs).getByText('품절').waitFor({ state: 'detached' });
  assert.deepEqual(problems.flat(), []);
});
