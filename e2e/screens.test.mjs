// Every screen, at every width, in every language: nothing goes wrong on it, nothing sticks out of it, and nothing on it
// stands in the way of assistive technology.
import { test } from 'node:test';

import { checkAccessible, checkFits, languages, openShop, widths } from './harness/index.mjs';
import { screens, visit } from './screens.mjs';

const shop = openShop();

for (const screen of screens) {
  for (const language of languages) {
    for (const width of widths) {
      test(`${screen.name} in ${language}, ${width} pixels wide`, async (t) => {
        const page = await visit(await shop.window(t, { width, language }), screen);
        await checkFits(page);
        await checkAccessible(page);
      });
    }
  }
}
