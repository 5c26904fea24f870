// What a parcel costs. Prices are explained in docs/rates.md.
import { type Cents, cents, percentOf } from './money.ts';
import { girthCm, type Parcel } from './parcel.ts';
import { type Zone, zoneBetween } from './zones.ts';

interface Rate {
  readonly firstKilogram: Cents;
  readonly furtherKilogram: Cents;
}

const rates: Readonly<Record<Zone, Rate>> = {
  domestic: { firstKilogram: cents(490), furtherKilogram: cents(80) },
  neighbour: { firstKilogram: cents(890), furtherKilogram: cents(160) },
  union: { firstKilogram: cents(1290), furtherKilogram: cents(240) },
  world: { firstKilogram: cents(2490), furtherKilogram: cents(750) },
};

export const bulkyGirthCm = 300;
const bulkySurcharge = cents(1900);
const insurancePercent = 1;
const insuranceMinimum = cents(150);

export interface PriceItem {
  readonly label: string;
  readonly amount: Cents;
}

export function basePrice(zone: Zone, weightGrams: number): Cents {
  const { firstKilogram, furtherKilogram } = rates[zone];
  const kilograms = Math.max(1, Math.ceil(weightGrams / 1000));
  return firstKilogram + (kilograms - 1) * furtherKilogram;
}

/** Every part of the price, in the order in which it is shown. */
export function priceItems(parcel: Parcel): PriceItem[] {
  const zone = zoneBetween(parcel.from, parcel.to);
  const items: PriceItem[] = [{ label: `base price, ${zone}`, amount: basePrice(zone, parcel.weightGrams) }];
  if (girthCm(parcel) > bulkyGirthCm) items.push({ label: 'bulky', amount: bulkySurcharge });
  if (parcel.declaredValue > 0) items.push({ label: 'insurance', amount: insurance(parcel.declaredValue) });
  return items;
}

function insurance(declaredValue: Cents): Cents {
  return Math.max(insuranceMinimum, percentOf(declaredValue, insurancePercent));
}

export const total = (items: readonly PriceItem[]): Cents => items.reduce((sum, { amount }) => sum + amount, 0);
