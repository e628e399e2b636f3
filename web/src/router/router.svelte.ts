/** The names of the parameters in a pattern: "/orders/:id" has "id". */
type ParameterOf<Pattern extends string> = Pattern extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterOf<Rest>
  : Pattern extends `${string}:${infer Name}`
    ? Name
    : never;

type Parameters<Pattern extends string> = Record<ParameterOf<Pattern>, string>;

type Query = Record<string, string | number | boolean | null | undefined>;

/** Where the reader is: the name of the route, its parameters, and the filters in the address. */
export interface Place<Name extends string> {
  name: Name;
  params: Record<string, string>;
}

function matchPattern(pattern: string, path: string): Record<string, string> | null {
  const expected = pattern.split('/');
  const actual = path.split('/');
  if (expected.length !== actual.length) {
    return null;
  }
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const value = actual[index] ?? '';
    if (part.startsWith(':') && value !== '') {
      params[part.slice(1)] = decodeURIComponent(value);
    } else if (part !== value) {
      return null;
    }
  }
  return params;
}

/**
 * Keeps the page and its filters in the address, so that going back, reloading and sending a link work. Links are plain
 * `<a href>`: those within the base are followed without loading the page again.
 */
export class Router<const Routes extends Record<string, string>> {
  readonly #base: string;
  /** The pattern of each route, by its name. */
  readonly routes: Routes;
  #path = $state('');
  #search = $state('');

  /** Where the reader is, or null when no route has this address. */
  readonly place = $derived.by(() => this.#match(this.#path));

  /** The filters in the address. */
  readonly query = $derived(new URLSearchParams(this.#search));

  constructor(base: string, routes: Routes) {
    this.#base = base;
    this.routes = routes;
  }

  /** Begins to follow the address and the links; gives the function that stops it. */
  start(): () => void {
    this.#read();
    const follow = (event: MouseEvent) => this.#follow(event);
    const read = () => this.#read();
    addEventListener('popstate', read);
    document.addEventListener('click', follow);
    return () => {
      removeEventListener('popstate', read);
      document.removeEventListener('click', follow);
    };
  }

  /** The address of a route, with filters that are set. */
  href<Name extends keyof Routes & string>(
    name: Name,
    ...[params, query]: ParameterOf<Routes[Name]> extends never
      ? [params?: Record<string, never>, query?: Query]
      : [params: Parameters<Routes[Name]>, query?: Query]
  ): string {
    const path = this.routes[name]!.replace(/:(\w+)/g, (_, key: string) =>
      encodeURIComponent((params as Record<string, string>)[key] ?? ''),
    );
    return this.#base + (path === '/' ? '' : path) + written(query ?? {});
  }

  /** Goes to an address within the base. Replacing leaves no step to go back to. */
  go(address: string, { replace = false } = {}): void {
    history[replace ? 'replaceState' : 'pushState'](null, '', address);
    this.#read();
    if (!replace) {
      scrollTo(0, 0);
    }
  }

  /**
   * Changes filters and keeps the rest; an empty value takes a filter away. Typing in a filter leaves no steps to go back
   * to; what opens something leaves one, so that going back closes it. The page stays where it was scrolled to.
   */
  filter(changes: Query, { step = false } = {}): void {
    const merged: Query = Object.fromEntries(this.query);
    history[step ? 'pushState' : 'replaceState'](null, '', location.pathname + written({ ...merged, ...changes }));
    this.#read();
  }

  #match(path: string): Place<keyof Routes & string> | null {
    for (const [name, pattern] of Object.entries(this.routes)) {
      const params = matchPattern(pattern, path);
      if (params) {
        return { name, params };
      }
    }
    return null;
  }

  #read(): void {
    const path = location.pathname.slice(this.#base.length).replace(/\/+$/, '');
    this.#path = path === '' ? '/' : path;
    this.#search = location.search;
  }

  #follow(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest?.('a');
    const elsewhere = !link?.href || link.target || link.hasAttribute('download') || link.origin !== location.origin;
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
    if (elsewhere || modified || event.defaultPrevented || !`${link.pathname}/`.startsWith(`${this.#base}/`)) {
      return;
    }
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

function written(query: Query): string {
  const set = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) {
      set.set(name, String(value));
    }
  }
  const text = set.toString();
  return text === '' ? '' : `?${text}`;
}
