import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Router } from './router.svelte';

// Not parallel: every row replaces the one global location.
describe('Router', () => {
  const routes = { today: '/', orders: '/orders', order: '/orders/:id' } as const;
  let address: URL;

  beforeEach(() => {
    const move = (_state: unknown, _title: string, next: string): void => {
      address = new URL(next, address);
      vi.stubGlobal('location', address);
    };
    vi.stubGlobal('history', { pushState: move, replaceState: move });
    vi.stubGlobal('scrollTo', () => {});
    vi.stubGlobal('addEventListener', () => {});
    vi.stubGlobal('document', { addEventListener: () => {} });
  });
  afterEach(() => vi.unstubAllGlobals());

  function at(href: string): Router<typeof routes> {
    address = new URL(href, 'http://shop.test');
    vi.stubGlobal('location', address);
    const router = new Router('/console', routes);
    router.start();
    return router;
  }

  const places: [name: string, href: string, expected: unknown][] = [
    ['the base alone is the first page', '/console', { name: 'today', params: {} }],
    ['a slash at the end changes nothing', '/console/orders/', { name: 'orders', params: {} }],
    ['a parameter is read and decoded', '/console/orders/ord_%41', { name: 'order', params: { id: 'ord_A' } }],
    ['an unknown address is no place', '/console/orders/1/2', null],
  ];
  it.each(places)('%s', (_name, href, expected) => {
    expect(at(href).place).toEqual(expected);
  });

  it('writes addresses with parameters and only the filters that are set', () => {
    const router = at('/console');
    expect(router.href('today')).toBe('/console');
    expect(router.href('order', { id: 'a/b' })).toBe('/console/orders/a%2Fb');
    expect(router.href('orders', {}, { q: '라떼', store: '', page: null })).toBe(
      '/console/orders?q=%EB%9D%BC%EB%96%BC',
    );
  });

  it('changes one filter and keeps the others', () => {
    const router = at('/console/orders?store=str_1&q=a');
    router.filter({ q: null, sort: 'time' });
    expect(address.search).toBe('?store=str_1&sort=time');
    expect(router.query.get('sort')).toBe('time');
  });
});
