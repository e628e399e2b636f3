/** What the server gives the owner's page, by its names. */
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type TodayView = Schemas['ConsoleTodayView'];
export type StoreToday = Schemas['ConsoleStoreTodayView'];
export type Problem = Schemas['ConsoleProblemView'];
