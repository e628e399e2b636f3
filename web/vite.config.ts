import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Each face is an entry of its own, so that a till never loads what only the console needs. */
const faces = ['till', 'display', 'console', 'owner'];

/** The font's licence asks to be handed on with the font. */
const fontLicence: Plugin = {
  name: 'font-licence',
  generateBundle() {
    const source = readFileSync('node_modules/pretendard/dist/LICENSE.txt', 'utf8');
    this.emitFile({ type: 'asset', fileName: 'assets/pretendard-licence.txt', source });
  },
};

/** The most script and style, compressed, that a till loads before it can sell; fonts come apart. In bytes. */
const tillBytes = 120_000;

/** Fails the build when the till's first load has grown over its limit. */
const firstLoadLimit: Plugin = {
  name: 'first-load-limit',
  generateBundle(_options, bundle) {
    const loaded = new Set<string>();
    const load = (name: string): void => {
      const chunk = bundle[name];
      if (chunk?.type === 'chunk' && !loaded.has(name)) {
        loaded.add(name);
        chunk.viteMetadata?.importedCss.forEach((css) => loaded.add(css));
        chunk.imports.forEach(load);
      }
    };
    const entry = Object.values(bundle).find(
      (chunk) => chunk.type === 'chunk' && chunk.isEntry && chunk.name === 'till',
    );
    load(entry?.fileName ?? this.error('there is no till'));
    const bytes = [...loaded].reduce((sum, name) => {
      const file = bundle[name]!;
      return sum + gzipSync(file.type === 'chunk' ? file.code : file.source).length;
    }, 0);
    if (bytes > tillBytes) {
      this.error(`the till loads ${bytes} bytes of script and style, over its limit of ${tillBytes}`);
    }
    this.info(`the till loads ${bytes} bytes of script and style, compressed`);
  },
};

/** While developing, every address below a face gives its page, as the program does. */
const faceFallback: Plugin = {
  name: 'face-fallback',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const face = faces.find((name) => new RegExp(`^/${name}(/[^.]*)?([?#]|$)`).test(request.url ?? ''));
      if (face) {
        request.url = `/${face}/index.html`;
      }
      next();
    });
  },
};

export default defineConfig({
  // bits-ui ships Svelte sources in runes mode already; only our own files are told so in svelte.config.js.
  plugins: [svelte(), fontLicence, firstLoadLimit, faceFallback],
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
