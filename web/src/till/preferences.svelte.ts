import type { SlipDefaults } from '../ui/slip';
import type { Service } from './shop';

const storageKey = 'dangol.till';

interface Stored {
  leftHanded: boolean;
  dark: boolean;
  /** How orders are usually taken here; empty when nobody is asked. */
  service: Service | '';
  /** How wide the paper is on which the browser prints, in millimetres. */
  paper: 58 | 80;
  /** The tender of the large key; empty for the one that is used most. */
  favourite: string;
  /** What the last card slip said of the terminal. */
  terminal: SlipDefaults;
  /** Nothing is sold for real here (연습). */
  training: boolean;
}

/** How this counter likes its screen; kept on the device. */
class Preferences {
  #stored = $state<Stored>({
    leftHanded: false,
    dark: false,
    paper: 80,
    service: '',
    favourite: '',
    terminal: {},
    training: false,
  });

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

  get service(): Service | '' {
    return this.#stored.service;
  }

  set service(usual: Service | '') {
    this.#stored.service = usual;
    this.#keep();
  }

  get favourite(): string {
    return this.#stored.favourite;
  }

  set favourite(tenderId: string) {
    this.#stored.favourite = tenderId;
    this.#keep();
  }

  get terminal(): SlipDefaults {
    return this.#stored.terminal;
  }

  set terminal({ merchant_number, tid, van }: SlipDefaults) {
    this.#stored.terminal = { merchant_number, tid, van };
    this.#keep();
  }

  get training(): boolean {
    return this.#stored.training;
  }

  set training(on: boolean) {
    this.#stored.training = on;
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
        service: found.service === 'eat_in' || found.service === 'takeaway' ? found.service : '',
        paper: found.paper === 58 ? 58 : 80,
        favourite: found.favourite ?? '',
        terminal: found.terminal ?? {},
        training: found.training === true,
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
