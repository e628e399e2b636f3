import { locale } from './locale.svelte';

type Sentence = string | ((...values: never[]) => string);

type Translated<K> = {
  [Name in keyof K]: K[Name] extends (...values: infer Values) => string ? (...values: Values) => string : string;
};

/**
 * Makes the sentences of one page or component, Korean first. English must have the same names with the same values, or
 * the code does not compile. Reading a sentence reads the language that is chosen now, so what shows it follows a change.
 */
export function dictionary<K extends Record<string, Sentence>>(texts: {
  ko: K;
  en: NoInfer<Translated<K>>;
}): Translated<K> {
  const chosen = {};
  for (const name of Object.keys(texts.ko)) {
    Object.defineProperty(chosen, name, {
      enumerable: true,
      get: () => (locale.current === 'en' ? texts.en : texts.ko)[name],
    });
  }
  return chosen as Translated<K>;
}
