import { Router } from '../router/router.svelte';

/** The pages of the console and their addresses. */
export const router = new Router('/console', {
  start: '/',
  orders: '/orders',
  books: '/orders/:id/books',
  products: '/catalog',
  categories: '/catalog/categories',
  optionGroups: '/catalog/option-groups',
  soldOut: '/catalog/sold-out',
  imports: '/catalog/imports',
  import: '/catalog/imports/:id',
  discounts: '/discounts',
  stock: '/stock',
  slips: '/stock/slips',
  transfers: '/stock/transfers',
  locations: '/stock/locations',
  counts: '/stock/counts',
  count: '/stock/counts/:id',
  receipts: '/receipts',
  closings: '/closings',
  devices: '/devices',
  printers: '/printers',
  tenders: '/tenders',
  staff: '/staff',
  places: '/places',
  components: '/ui',
});
