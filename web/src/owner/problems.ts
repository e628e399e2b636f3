import { formatMoney, formatNumber } from '../format/money';
import { formatBusinessDate, formatDateTime, formatTime } from '../format/time';
import { dictionary } from '../i18n/dictionary';
import { locale } from '../i18n/locale.svelte';
import type { Problem, StoreToday } from './shapes';

const say = dictionary({
  ko: {
    proof: (count: string) => `장부 검증에서 맞지 않는 것이 ${count}건 나왔어요`,
    proofAbout: (since: string) => `${since}에 알았어요. 프로그램을 돌보는 분에게 아래 내용을 보내 주세요.`,
    seal: (minutes: string) => `장부 봉인이 ${minutes}분 늦어지고 있어요`,
    sealAbout: '파는 데는 문제가 없어요. 계속되면 프로그램을 돌보는 분에게 알려 주세요.',
    notOpened: '아직 개점하지 않았어요',
    notOpenedAbout: (time: string) => `영업시간은 ${time}부터예요. 매장에 확인해 주세요.`,
    printer: (name: string) => `프린터 ‘${name}’에 문제가 있어요`,
    printerAbout: (detail: string, time: string) => `${detail} ${time}에 확인했어요.`,
    jobs: (count: string) => `인쇄하지 못한 것이 ${count}건 있어요`,
    jobsAbout: (time: string) => `가장 오래된 것은 ${time} 것이에요. 다시 인쇄할지 정해 주세요.`,
    dayOpen: (day: string) => `${day} 영업일을 마감하지 않았어요`,
    dayOpenAbout: '계산대에서 마감정산을 하면 영업일도 마감할 수 있어요.',
    shiftOpen: (till: string, day: string) => `${till}의 ${day} 근무가 열려 있어요`,
    shiftOpenAbout: (time: string) => `${time}에 시작했어요. 현금을 세고 마감정산을 해 주세요.`,
    short: (till: string, amount: string) => `${till}의 시재가 ${amount} 모자라요`,
    over: (till: string, amount: string) => `${till}의 시재가 ${amount} 남아요`,
    countAbout: (time: string) => `${time}에 마감했어요. 정산에서 무엇이 달랐는지 볼 수 있어요.`,
    low: (count: string) => `재고가 모자란 품목이 ${count}개 있어요`,
    lowAbout: '정해 둔 최소 수량만큼이거나 그보다 적어요.',
    goneAbout: (count: string) => `그중 ${count}개는 하나도 없어요.`,
    soldOut: (count: string) => `품절로 표시한 것이 ${count}개 있어요`,
    soldOutAbout: '다시 팔 수 있으면 품절을 풀어 주세요.',
    call: '매장에 전화하기',
    printers: '프린터 보기',
    closings: '정산 보기',
    stock: '모자란 품목 보기',
    availability: '품절 보기',
  },
  en: {
    proof: (count) => `The books’ proof found ${count} differences`,
    proofAbout: (since) => `Known since ${since}. Send what is below to whoever looks after the program.`,
    seal: (minutes) => `Sealing the books is ${minutes} minutes behind`,
    sealAbout: 'Selling goes on. If it stays, tell whoever looks after the program.',
    notOpened: 'Not opened yet',
    notOpenedAbout: (time) => `Its hours begin at ${time}. Ask the store.`,
    printer: (name) => `The printer “${name}” has a problem`,
    printerAbout: (detail, time) => `${detail} Seen at ${time}.`,
    jobs: (count) => `Not printed: ${count}`,
    jobsAbout: (time) => `The oldest is of ${time}. Say whether to print it again.`,
    dayOpen: (day) => `The business day of ${day} was not closed`,
    dayOpenAbout: 'Close the shift at the till, and the day can be closed with it.',
    shiftOpen: (till, day) => `The shift of ${day} at ${till} is still open`,
    shiftOpenAbout: (time) => `It began ${time}. Count the cash and close it.`,
    short: (till, amount) => `${till} is ${amount} short`,
    over: (till, amount) => `${till} is ${amount} over`,
    countAbout: (time) => `Closed ${time}. The closing shows what was expected.`,
    low: (count) => `Running low: ${count} items`,
    lowAbout: 'They are at or below their minimum.',
    goneAbout: (count) => `None is left of ${count} of them.`,
    soldOut: (count) => `Marked as sold out: ${count}`,
    soldOutAbout: 'When they can be sold again, take the mark away.',
    call: 'Call the store',
    printers: 'Open printers',
    closings: 'Open closings',
    stock: 'Open what runs low',
    availability: 'Open sold out',
  },
});

/** A problem in words, and where it is solved. */
export interface Told {
  title: string;
  about: string;
  /** Whether somebody should act at once. */
  urgent: boolean;
  action?: string;
  href?: string;
}

const zoneOf = (store: StoreToday | undefined): string => store?.time_zone ?? 'Asia/Seoul';

/** An address of the console. */
function page(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `/console${path}?${new URLSearchParams(given)}`;
}

/** Words a problem of a store, or of the organisation when there is none. */
export function tell(problem: Problem, store: StoreToday | undefined): Told {
  const tag = locale.current;
  const count = formatNumber(problem.count ?? 0, tag);
  const name = problem.name ?? '';
  const day = problem.date ? formatBusinessDate(problem.date, tag) : '';
  const since = problem.since ? formatDateTime(problem.since, zoneOf(store), tag) : '';
  const asked = { store: problem.store_id };
  switch (problem.kind) {
    case 'ledger.proof':
      return { title: say.proof(count), about: say.proofAbout(since), urgent: true };
    case 'ledger.seal':
      return {
        title: say.seal(formatNumber(Math.ceil((problem.count ?? 0) / 60), tag)),
        about: say.sealAbout,
        urgent: true,
      };
    case 'day.not_opened':
      return {
        title: say.notOpened,
        about: say.notOpenedAbout(formatTime(problem.since ?? '', zoneOf(store), tag)),
        urgent: true,
        ...(store?.phone ? { action: say.call, href: `tel:${store.phone.replace(/[^+\d]/g, '')}` } : {}),
      };
    case 'printer':
      return {
        title: say.printer(name),
        about: say.printerAbout(problem.detail ?? '', since),
        urgent: true,
        action: say.printers,
        href: page('/printers', { ...asked, printer: problem.subject_id }),
      };
    case 'print.jobs':
      return {
        title: say.jobs(count),
        about: say.jobsAbout(since),
        urgent: true,
        action: say.printers,
        href: page('/printers', asked),
      };
    case 'day.not_closed':
      return {
        title: say.dayOpen(day),
        about: say.dayOpenAbout,
        urgent: false,
        action: say.closings,
        href: page('/closings', { ...asked, from: problem.date, to: problem.date }),
      };
    case 'shift.not_closed':
      return {
        title: say.shiftOpen(name, day),
        about: say.shiftOpenAbout(since),
        urgent: false,
        action: say.closings,
        href: page('/closings', { ...asked, from: problem.date, to: problem.date, shift: problem.subject_id }),
      };
    case 'shift.difference': {
      const difference = problem.difference ?? 0;
      const amount = formatMoney(Math.abs(difference), problem.currency ?? 'KRW', tag);
      return {
        title: difference < 0 ? say.short(name, amount) : say.over(name, amount),
        about: say.countAbout(since),
        urgent: false,
        action: say.closings,
        href: page('/closings', { ...asked, from: problem.date, to: problem.date, shift: problem.subject_id }),
      };
    }
    case 'stock.low':
      return {
        title: say.low(count),
        about: problem.gone ? say.goneAbout(formatNumber(problem.gone, tag)) : say.lowAbout,
        urgent: false,
        action: say.stock,
        href: page('/stock', { ...asked, level: 'low' }),
      };
    case 'sold_out':
      return {
        title: say.soldOut(count),
        about: say.soldOutAbout,
        urgent: false,
        action: say.availability,
        href: page('/catalog/sold-out', asked),
      };
  }
}
