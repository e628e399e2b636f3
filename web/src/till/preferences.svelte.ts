const storageKey = 'dangol.till';

interface Stored {
  leftHanded: boolean;
  dark: boolean;
  /** How wide the paper is on which the browser prints, in millimetres. */
  paper: 58 | 80;
  /** The tender of the large key; empty for the one that is used most. */
  favourite: string;
}

/** How this counter likes its screen; kept on the device. */
class Preferences {
  #stored = $state<Stored>({ leftHanded: false, dark: false, paper: 80, favourite: '' });

  get leftHanded(): boolean {
    return this.#stored.leftHanded;
  }

  set leftHanded(on: boolean) {
    this.#stored.leftHanded = on;
    this.#keep();
  }

  get dark(): boolean {
    return this.#stored.dark;
  }

  set dark(on: boolean) {
    this.#stored.dark = on;
    this.#keep();
  }

  get favourite(): string {
    return this.#stored.favourite;
  }

  set favourite(tenderId: string) {
    this.#stored.favourite = tenderId;
    this.#keep();
  }

  get paper(): 58 | 80 {
    return this.#stored.paper;
  }

  set paper(width: 58 | 80) {
    this.#stored.paper = width;
    this.#keep();
  }

  restore(): void {
    const text = localStorage.getItem(storageKey);
    if (text) {
      const found = JSON.parse(text) as Partial<Stored>;
      this.#stored = {
        leftHanded: found.leftHanded === true,
        dark: found.dark === true,
        paper: found.paper === 58 ? 58 : 80,
        favourite: found.favourite ?? '',
      };
    }
    this.#show();
  }

  #keep(): void {
    localStorage.setItem(storageKey, JSON.stringify(this.#stored));
    this.#show();
  }

  #show(): void {
    document.documentElement.dataset.theme = this.#stored.dark ? 'dark' : 'light';
  }
}

export const preferences = new Preferences();
