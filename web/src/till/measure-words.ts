import { formatNumber } from '../format/money';
import { dictionary } from '../i18n/dictionary';

/** What the till says of weighing, and of an amount that is entered. */
export const say = dictionary({
  ko: {
    weight: '무게',
    weighAbout: '저울에 나온 무게를 그램으로 입력해 주세요.',
    weightUpTo: (grams: number) => `1g부터 ${formatNumber(grams, 'ko')}g까지 입력할 수 있어요.`,
    amount: '금액',
    amountAbout: '오늘 받을 금액을 입력해 주세요.',
    amountBetween: (least: string, most: string) => `${least}부터 ${most}까지 받을 수 있어요.`,
    amountFrom: (least: string) => `${least}부터 받을 수 있어요.`,
    amountUpTo: (most: string) => `${most}까지 받을 수 있어요.`,
    amountMissing: '금액을 입력해 주세요.',
    next: '다음',
  },
  en: {
    weight: 'Weight',
    weighAbout: 'Type what the scale says, in grams.',
    weightUpTo: (grams) => `From 1 g to ${formatNumber(grams, 'en')} g.`,
    amount: 'Amount',
    amountAbout: 'Type what it costs today.',
    amountBetween: (least, most) => `From ${least} to ${most}.`,
    amountFrom: (least) => `${least} or more.`,
    amountUpTo: (most) => `${most} at most.`,
    amountMissing: 'Type the amount.',
    next: 'Next',
  },
});
