import type { Posting, Transfer } from '../shapes';

/** What one account was debited and credited with. */
export interface AccountSums {
  code: string;
  name: string;
  debit: number;
  credit: number;
}

/** The accounts that one asset moved between, and what both sides come to. */
export interface AssetSums {
  asset: string;
  unit: Transfer['unit'];
  accounts: AccountSums[];
  debit: number;
  credit: number;
}

/** Sums postings up by asset and account, in the order in which they first appear. */
export function balanceSheet(postings: readonly Posting[]): AssetSums[] {
  const assets = new Map<string, AssetSums>();
  for (const { debit, credit, asset, unit, amount } of postings.flatMap((posting) => posting.transfers)) {
    const sums = assets.get(asset) ?? { asset, unit, accounts: [], debit: 0, credit: 0 };
    assets.set(asset, sums);
    accountOf(sums, debit).debit += amount;
    accountOf(sums, credit).credit += amount;
  }
  for (const sums of assets.values()) {
    sums.debit = sums.accounts.reduce((sum, account) => sum + account.debit, 0);
    sums.credit = sums.accounts.reduce((sum, account) => sum + account.credit, 0);
  }
  return [...assets.values()];
}

function accountOf(sums: AssetSums, { code, name }: { code: string; name: string }): AccountSums {
  let account = sums.accounts.find((other) => other.code === code);
  if (!account) {
    account = { code, name, debit: 0, credit: 0 };
    sums.accounts.push(account);
  }
  return account;
}
