import type { Locale } from '../i18n/locale.svelte';

const tags: Record<Locale, string> = { ko: 'ko-KR', en: 'en-US' };

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string, locale: Locale): Intl.NumberFormat {
  const key = `${currency} ${locale}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(tags[locale], { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    formats.set(key, format);
  }
  return format;
}

/** How many digits a currency has after the point (ISO 4217): KRW 0, USD 2. */
export function currencyDigits(currency: string): number {
  return formatOf(currency, 'en').resolvedOptions().maximumFractionDigits ?? 0;
}

/**
 * Writes an amount in minor units with its unit: 4,500원 in Korean, ₩4,500 in English, $4.50 in both. A minus is the
 * real one (−), which stands as wide as a digit.
 */
export function formatMoney(minor: number, currency: string, locale: Locale): string {
  const major = Math.abs(minor) / 10 ** currencyDigits(currency);
  const sign = minor < 0 ? '−' : '';
  if (currency === 'KRW' && locale === 'ko') {
    return `${sign}${formatNumber(major, locale)}원`;
  }
  return sign + formatOf(currency, locale).format(major);
}

/** Writes a whole or broken number with its thousands separated. */
export function formatNumber(value: number, locale: Locale): string {
  return value.toLocaleString(tags[locale]);
}

/**
 * Reads an amount as a person types it ("4,500", "4500원", "$4.50") into minor units. What is no amount, is negative,
 * has more digits after the point than the currency, or is too large to be exact gives null.
 */
export function parseMoney(text: string, currency: string): number | null {
  const digits = currencyDigits(currency);
  const cleaned = text.replace(/[\s,₩$원]/g, '');
  const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(cleaned);
  if (!match) {
    return null;
  }
  const fraction = match[2] ?? '';
  if (fraction.length > digits) {
    return null;
  }
  const minor = Number(match[1] + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}
