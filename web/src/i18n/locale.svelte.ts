/** The languages in which the screens speak to staff. */
export type Locale = 'ko' | 'en';

const storageKey = 'dangol.language';

class StaffLocale {
  #current = $state<Locale>('ko');

  /** The language chosen on this device; Korean until someone chooses. */
  get current(): Locale {
    return this.#current;
  }

  /** The language tag for Intl. */
  get tag(): 'ko-KR' | 'en-US' {
    return this.#current === 'ko' ? 'ko-KR' : 'en-US';
  }

  /** Takes up what was chosen on this device before. Called once, before the first screen is drawn. */
  restore(): void {
    this.set(localStorage.getItem(storageKey) === 'en' ? 'en' : 'ko');
  }

  set(next: Locale): void {
    this.#current = next;
    localStorage.setItem(storageKey, next);
    document.documentElement.lang = next;
  }
}

export const locale = new StaffLocale();
