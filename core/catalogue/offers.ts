/** What can be rented or bought, from the dated price files. */
import { assert } from "../assert.ts";
import { once } from "../once.ts";
import { present } from "../present.ts";
import type { Offer } from "./device.ts";
import type { Catalogue, InstanceFile, PriceRow } from "./files.ts";
import { parseQuantity, type Dimension } from "../quantity.ts";

/** Every offer of a catalogue whose device is known. */
export const offers: (catalogue: Catalogue) => readonly Offer[] = once(({ prices }) =>
  prices.flatMap(({ provider, instances }) =>
    instances.flatMap((instance) =>
      instance.prices.flatMap((row) => rowOffers(provider, instance, row)),
    ),
  ),
);

/** Offers of one device, cheapest a device-hour first; purchases last. */
export function offersFor(catalogue: Catalogue, deviceId: string): readonly Offer[] {
  const rent = ({ dollarsPerHour = Infinity, count }: Offer): number => dollarsPerHour / count;
  return offers(catalogue)
    .filter((offer) => offer.device === deviceId)
    .toSorted((a, b) => rent(a) - rent(b) || (a.id < b.id ? -1 : 1));
}

/**
 * What is paid where nothing is said: hosts on demand that cost least for all `devices`, of those that hold the
 * `together` that share links, else of all; the largest where they cost the same.
 */
export function usualOffer(
  offers: readonly Offer[],
  { devices, together }: { readonly devices: number; readonly together: number },
): Offer | undefined {
  const rented = offers.filter(({ kind }) => kind === "on-demand");
  const holding = rented.filter(({ count, slice }) => slice === true || count >= together);
  const paid = ({ dollarsPerHour = Infinity, count }: Offer) =>
    Math.ceil(devices / count) * dollarsPerHour;
  return (holding.length > 0 ? holding : rented).toSorted(
    (a, b) => paid(a) - paid(b) || b.count - a.count,
  )[0];
}

function rowOffers(provider: string, instance: InstanceFile, row: PriceRow): readonly Offer[] {
  const { device, name, count, source, slice } = instance;
  const { date, region } = row;
  if (device === undefined) return [];
  const network =
    instance.network === undefined ? undefined : quantity(instance.network, "bandwidth");
  const known = present({ region, slice, network });
  const common = { provider, name, device, count, date, source, ...known };
  const id = [provider, name, region].filter((part) => part !== undefined).join("/");
  const rented = (["demand", "spot", "reserved"] as const).flatMap((way): readonly Offer[] => {
    const price = row[way];
    if (price === undefined) return [];
    const kind = way === "demand" ? "on-demand" : way;
    return [{ id: `${id}/${kind}`, kind, dollarsPerHour: quantity(price, "rent"), ...common }];
  });
  if (row.purchase === undefined) return rented;
  const dollars = quantity(row.purchase, "money");
  return [...rented, { id: `${id}/purchase`, kind: "purchase", dollars, ...common }];
}

/** Catalogues are decoded when they enter, so a quantity that does not parse here is our mistake. */
function quantity(printed: string, dimension: Dimension): number {
  const value = parseQuantity(printed, dimension);
  assert(value.ok, `"${printed}" is not ${dimension}`);
  return value.value;
}
