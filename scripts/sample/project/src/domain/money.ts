// Amounts of money in cents. Whole numbers only, so that sums are exact.

export type Cents = number;

export function cents(amount: number): Cents {
  if (!Number.isInteger(amount)) throw new RangeError(`${amount} is not a whole number of cents`);
  return amount;
}

/** A share of an amount, rounded half up. `percent` may be a fraction. */
export function percentOf(amount: Cents, percent: number): Cents {
  return Math.floor((amount * percent) / 100 + 0.5);
}

export function formatCents(amount: Cents): string {
  const sign = amount < 0 ? '-' : '';
  const absolute = Math.abs(amount);
  return `${sign}${Math.floor(absolute / 100)}.${String(absolute % 100).padStart(2, '0')}`;
}
