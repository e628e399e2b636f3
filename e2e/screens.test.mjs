// Every screen, in every language: nothing goes wrong on it, nothing sticks out of it at any size, and nothing on it stands
// in the way of assistive technology.
import { test } from 'node:test';

import { checkAccessible, checkFits, languages, openShop, sizes, tablet } from './harness/index.mjs';
import { screens, visit } from './screens.mjs';

const shop = openShop();

for (const screen of screens) {
  for (const language of languages) {
    test(`${screen.name} in ${language}`, async (t) => {
      const page = await visit(await shop.window(t, { language, allowed: screen.allowed }), screen);
      for (const size of sizes) {
        await page.setViewportSize(size);
        await checkFits(page);
        // What a tablet shows is laid out as on one of the others.
        if (size !== tablet) await checkAccessible(page);
      }
    });
  }
}
