// Pictures of every screen at every size in every language: shots/<screen>-<language>-<width>.png. Words after the command
// choose the screens whose names have one of them.
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { languages, openBrowser, openWindow, sizes } from './harness/browser.mjs';
import { startDangol } from './harness/program.mjs';
import { screens, visit } from './screens.mjs';

const folder = fileURLToPath(new URL('../shots', import.meta.url));
const words = process.argv.slice(2);
const wanted = screens.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const program = await startDangol();
const browser = await openBrowser();
try {
  for (const screen of wanted) {
    for (const language of languages) {
      const window = await openWindow(browser, program.address, { language });
      const page = await visit(window, screen);
      for (const size of sizes) {
        await page.setViewportSize(size);
        const path = `${folder}/${screen.name}-${language}-${size.width}.png`;
        await page.screenshot({ path, fullPage: true });
        console.log(path);
      }
      await window.close();
    }
  }
} finally {
  await browser.close();
  await program.stop();
}
