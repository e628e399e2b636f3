// Starts the built program, stops it again, and proves its books.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.DANGOL_BIN ?? join(root, 'bin/dangol');

/** Without the database that the developer works with. */
const environment = { ...process.env };
delete environment.DATABASE_URL;
delete environment.DANGOL_DATABASE_URL;

/** Filling the demo organisation is part of the start. */
const startSeconds = 240;
const stopSeconds = 60;

/**
 * Runs a command to its end; one that fails is reported with what it said.
 * @param {string} command
 * @param {string[]} flags
 */
const execute = (command, flags) =>
  promisify(execFile)(command, flags, { env: environment, timeout: startSeconds * 1000 });

/**
 * @typedef {object} Program
 * @property {string} address what its pages begin with, such as http://127.0.0.1:41234
 * @property {() => string} said all that it has written so far
 * @property {() => Promise<void>} stop asks it to end and waits; throws when it did not end well
 */

/**
 * Starts dangol with the demo organisation. DANGOL_E2E_DATABASE says on which database: "sqlite" (the default), on data
 * of its own, or "postgres", on the server that tools/withpg started, with whatever the test files before have left.
 * When it is stopped its books are proved.
 * @returns {Promise<Program>}
 */
export const startDangol = () => startOn(database, '--demo');

/**
 * Starts dangol on a SQLite of its own, with an organisation that has nothing but its owner. When it is stopped its books
 * are proved.
 * @param {{ login: string, password: string }} owner
 * @returns {Promise<Program>}
 */
export const startEmpty = (owner) =>
  startOn(async (data) => {
    const made = execute(binary, ['staff', 'owner', owner.login, '--name', owner.login, '--new', '-', '--data', data]);
    made.child.stdin?.end(`${owner.password}\n`);
    await made;
    return [];
  });

/**
 * Starts dangol on a data folder that is removed when it is stopped and its books are proved.
 * @param {(data: string) => Promise<string[]>} fill fills the folder, and gives the flags that name its database
 * @param {string[]} flags of serve
 */
async function startOn(fill, ...flags) {
  const address = `127.0.0.1:${await freePort()}`;
  const data = await mkdtemp(join(tmpdir(), 'dangol-e2e-'));
  const remove = () => rm(data, { recursive: true, force: true });
  try {
    const where = ['--data', data, ...(await fill(data))];
    const program = await start([binary, 'serve', ...where, '--listen', address, ...flags], `http://${address}`);
    const stop = async () => {
      await program.stop();
      await execute(binary, ['verify', ...where]);
    };
    return { ...program, stop: () => stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * The flags that name the database.
 * @param {string} data
 */
async function database(data) {
  const kind = process.env.DANGOL_E2E_DATABASE ?? 'sqlite';
  const server = process.env.DANGOL_TEST_DATABASE_URL;
  switch (kind) {
    case 'sqlite':
      await cp(await demo(), data, { recursive: true });
      return [];
    case 'postgres':
      assert(server, 'DANGOL_TEST_DATABASE_URL names no PostgreSQL: run the tests under tools/withpg');
      return ['--database-url', server];
    default:
      throw new Error(`DANGOL_E2E_DATABASE is ${kind}: neither sqlite nor postgres`);
  }
}

/**
 * A data folder with the demo organisation, made once for each build of the program: copying it takes a moment, filling
 * it takes many.
 */
async function demo() {
  const { mtimeMs, size } = await stat(binary).catch(() => {
    throw new Error(`${binary} is missing: run \`make build\``);
  });
  const folder = join(root, `e2e/out/demo-${Math.round(mtimeMs)}-${size}`);
  if (await stat(folder).catch(() => undefined)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}-`);
  await execute(binary, ['demo', '--data', partial]);
  // Another test file may have been quicker: both are the same.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true }));
  return folder;
}

/**
 * Starts a program that serves the address, and waits until its /readyz says so.
 * @param {string[]} command
 * @param {string} address
 * @returns {Promise<Program>}
 */
export async function start(command, address) {
  const child = spawn(command[0], command.slice(1), { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (said += text));
  }
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(String(error)));
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // A test run that ends early takes the program with it.
  const abandon = () => child.kill('SIGKILL');
  process.on('exit', abandon);
  const failed = async (/** @type {string} */ reason) => {
    abandon();
    await ended;
    process.off('exit', abandon);
    return new Error(`${command.join(' ')}: ${reason}. It said:\n${said}`);
  };

  const begun = await Promise.race([ready(address), ended, after(startSeconds)]);
  if (begun !== 'ready') throw await failed(begun);

  return {
    address,
    said: () => said,
    stop: async () => {
      child.kill('SIGTERM');
      const outcome = await Promise.race([ended, after(stopSeconds)]);
      if (outcome !== 'exit code 0') throw await failed(outcome);
      process.off('exit', abandon);
    },
  };
}

/**
 * Asks again and again: nothing but the program knows when it is ready.
 * @param {string} address
 */
async function ready(address) {
  for (;;) {
    const answer = await fetch(`${address}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return 'ready';
    await wait(50, undefined, { ref: false });
  }
}

/** @param {number} seconds */
const after = (seconds) => wait(seconds * 1000, `nothing for ${seconds} seconds`, { ref: false });

/** A port of the loopback that nobody listens on. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
