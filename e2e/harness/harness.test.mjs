// The harness is trusted by every other browser test, so it is shown here that it notices.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { checkAccessible, checkFits, collectProblems, openBrowser, openWindow, phone } from './browser.mjs';
import { freePort, start } from './program.mjs';

const policy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'";
/** @param {string} body */
const html = (body) => `<!doctype html><html lang="ko"><head><title>시험</title></head><body>${body}</body></html>`;
/** @type {Record<string, string>} */
const pages = {
  '/good': html('<main><h1>판매</h1><button>결제</button></main>'),
  '/console': html('<script>console.error("out of paper")</script>'),
  '/uncaught': html('<script>null.price</script>'),
  '/policy': html('<script>new Function("return 1")()</script>'),
  '/foreign': html('<script>fetch("http://127.0.0.1:1/").catch(() => {})</script>'),
  '/broken': html('<script>fetch("/fails")</script>'),
  '/nameless': html('<main><h1>판매</h1><button></button></main>'),
  '/wide': html('<main style="width: 4000px">판매</main>'),
};

const server = createServer(({ url = '' }, response) => {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  // Without a policy the browser would not even ask the foreign host.
  if (url !== '/foreign') Object.assign(headers, { 'content-security-policy': policy });
  response.writeHead(pages[url] ? 200 : url === '/fails' ? 500 : 204, headers);
  response.end(pages[url]);
});
/** @type {string} */
let address;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
  address = `http://127.0.0.1:${port}`;
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

/**
 * @param {string} path
 * @param {RegExp[]} [allowed]
 */
async function visit(path, allowed) {
  const window = await openWindow(browser, address, { size: phone });
  const problems = collectProblems(window, address, allowed);
  const page = await window.newPage();
  await page.goto(path, { waitUntil: 'networkidle' });
  return { page, problems, close: () => window.close() };
}

for (const [path, expected] of /** @type {[string, RegExp | undefined][]} */ ([
  ['/good', undefined],
  ['/console', /console: out of paper/],
  ['/uncaught', /uncaught: TypeError/],
  ['/policy', /Content Security Policy/],
  ['/foreign', /foreign: GET http:\/\/127\.0\.0\.1:1\//],
  ['/broken', /server: 500 to GET .*\/fails/],
])) {
  test(`${path} ${expected ? 'is noticed' : 'has no problems'}`, async () => {
    const { problems, close } = await visit(path);
    await close();
    if (expected) assert.match(problems.join('\n'), expected);
    else assert.deepEqual(problems, []);
  });
}

test('a problem that is made on purpose is allowed', async () => {
  const { problems, close } = await visit('/console', [/out of paper/]);
  await close();
  assert.deepEqual(problems, []);
});

test('a button without a name is not accessible, one with a name is', async () => {
  const bad = await visit('/nameless');
  await assert.rejects(checkAccessible(bad.page), /button-name/);
  await bad.close();
  const good = await visit('/good');
  await checkAccessible(good.page);
  await good.close();
});

test('a page that is wider than the window does not fit', async () => {
  const bad = await visit('/wide');
  await assert.rejects(checkFits(bad.page), /wide is \d+ pixels/);
  await bad.close();
  const good = await visit('/good');
  await checkFits(good.page);
  await good.close();
});

test('a program that ends before it is ready is reported with what it said', async () => {
  await assert.rejects(
    start(['sh', '-c', 'echo no room on the disk; exit 3'], 'http://127.0.0.1:1'),
    /exit code 3.*no room/s,
  );
});

test('a program that ends badly when it is stopped is reported', async () => {
  const port = await freePort();
  const script = `
    require('node:http').createServer((_, response) => response.end('ready')).listen(${port}, '127.0.0.1');
    process.on('SIGTERM', () => process.exit(4));`;
  const program = await start(['node', '-e', script], `http://127.0.0.1:${port}`);
  await assert.rejects(program.stop(), /exit code 4/);
});
