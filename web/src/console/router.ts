import { Router } from '../router/router.svelte';

/** The pages of the console and their addresses. */
export const router = new Router('/console', {
  today: '/',
  components: '/ui',
});
