import { Router } from '../router/router.svelte';

/** The owner's one page; which store it is about stands in its address. */
export const router = new Router('/owner', { today: '/' });
