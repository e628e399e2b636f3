import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Each face is an entry of its own, so that a till never loads what only the console needs. */
const faces = ['till', 'console'];

/** The font's licence asks to be handed on with the font. */
const fontLicence: Plugin = {
  name: 'font-licence',
  generateBundle() {
    const source = readFileSync('node_modules/pretendard/dist/LICENSE.txt', 'utf8');
    this.emitFile({ type: 'asset', fileName: 'assets/pretendard-licence.txt', source });
  },
};

export default defineConfig({
  plugins: [svelte(), fontLicence],
  base: '/',
  build: {
    outDir: 'dist',
    // The folder must exist for the program to compile; public/.gitkeep is copied back into it.
    emptyOutDir: true,
    // The content policy allows no data: fonts or scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    license: { fileName: 'assets/licences.md' },
    modulePreload: { polyfill: false },
    target: ['chrome111', 'safari16.4', 'firefox114'],
    rolldownOptions: {
      input: Object.fromEntries(faces.map((face) => [face, `${face}/index.html`])),
    },
  },
  server: {
    proxy: { '/v1': process.env.DANGOL_API ?? 'http://127.0.0.1:8080' },
  },
  test: {
    include: ['src/**/*.test.ts'],
  },
});
