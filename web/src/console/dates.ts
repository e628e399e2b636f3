/** Business dates ("2026-11-23") are days of a store's book and have no zone, so they are counted in UTC. */
const form = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  if (!form.test(text)) {
    return false;
  }
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

/** The day that many days later, or earlier when negative. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The first day of a day's month. */
export function firstOfMonth(day: string): string {
  return `${day.slice(0, 8)}01`;
}

/** Spans of days that have a name. */
export const periods = ['today', 'yesterday', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

export interface Days {
  from: string;
  to: string;
}

/** The days that a name means today: the week is the last seven days, the month begins on its first. */
export function daysOf(period: Period, today: string): Days {
  switch (period) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case 'week':
      return { from: addDays(today, -6), to: today };
    case 'month':
      return { from: firstOfMonth(today), to: today };
  }
}

/** The name that days have today, if they have one. */
export function periodOf(days: Days, today: string): Period | undefined {
  return periods.find((period) => {
    const named = daysOf(period, today);
    return named.from === days.from && named.to === days.to;
  });
}

/** The hour (0 to 23) that an instant has on the clock of a zone. */
export function hourIn(zone: string, instant: Date): number {
  return Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(instant));
}
