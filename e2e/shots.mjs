// Pictures of every screen at every width in every language: shots/<screen>-<language>-<width>.png
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { languages, openBrowser, openWindow, widths } from './harness/browser.mjs';
import { startDangol } from './harness/program.mjs';
import { screens, visit } from './screens.mjs';

const folder = fileURLToPath(new URL('../shots', import.meta.url));
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const program = await startDangol();
const browser = await openBrowser();
try {
  for (const screen of screens) {
    for (const language of languages) {
      for (const width of widths) {
        const window = await openWindow(browser, program.address, { width, language });
        const page = await visit(window, screen);
        const path = `${folder}/${screen.name}-${language}-${width}.png`;
        await page.screenshot({ path, fullPage: true });
        await window.close();
        console.log(path);
      }
    }
  }
} finally {
  await browser.close();
  await program.stop();
}
