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
export const periods = ['today', 'yesterday', 'week', 'lastWeek', 'month', 'lastMonth'] as const;
export type Period = (typeof periods)[number];

export interface Days {
  from: string;
  to: string;
}

/** The Sunday on which a day's week begins, in Korea and in the United States. */
export function firstOfWeek(day: string): string {
  return addDays(day, -new Date(`${day}T00:00:00Z`).getUTCDay());
}

/** The days that a name means today: this week and this month go up to today. */
export function daysOf(period: Period, today: string): Days {
  switch (period) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case 'week':
      return { from: firstOfWeek(today), to: today };
    case 'lastWeek': {
      const saturday = addDays(firstOfWeek(today), -1);
      return { from: firstOfWeek(saturday), to: saturday };
    }
    case 'month':
      return { from: firstOfMonth(today), to: today };
    case 'lastMonth': {
      const last = addDays(firstOfMonth(today), -1);
      return { from: firstOfMonth(last), to: last };
    }
  }
}

/** The name that days have today, if they have one. */
export function periodOf(days: Days, today: string): Period | undefined {
  return periods.find((period) => {
    const named = daysOf(period, today);
    return named.from === days.from && named.to === days.to;
  });
}
