import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Each face is an entry of its own, so that a till never loads what only the console needs. */
const faces = ['till', 'console'];

export default defineConfig({
  // bits-ui ships Svelte sources in runes mode already; only our own files are told so in svelte.config.js.
  plugins: [svelte()],
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
