/**
 * How much longer an exchange between hosts takes than on a network whose every tier carries all that its hosts send.
 *
 * Two ways to be late. A tier above pods that is oversubscribed r times carries a share of what crosses it: rings of a job whose hosts lie
 * side by side cross with one host in each pod, so r may be as large as a pod has hosts; everyone to everyone crosses with
 * all that is not for the own pod. And switches that hash flows onto uplinks (ECMP) put several on one: the step waits for the fullest.
 * Flows fall as balls into bins, of which none holds more than x times the mean λ once bins·exp(−λ(x·ln x − x + 1)) is one.
 *
 * Transport that sprays packets over all paths has no collisions; that is what is taken where nobody says how many flows there are.
 *
 * Symbols: r oversubscription, λ flows an uplink, x fullest over mean
 * Source: Dubey et al. 2024 (arXiv 2407.21783), section 3.3.1 (pods, 1:7, contiguous placement); Gangidi et al. 2024, "RDMA over
 * Ethernet for Distributed AI Training at Meta Scale" (flows of low entropy, queue pairs, uplinks of twice the rate); Mitzenmacher and
 * Upfal, "Probability and Computing", theorem 5.4 (Chernoff's bound of Poisson variables)
 */
import type { Collective } from "../../operators/index.ts";
import type { Fabric } from "../../catalogue/index.ts";
import type { Target } from "./target.ts";

type Pattern = Collective["pattern"];

/** Hosts of a leaf switch, or of a pod, where nobody says. Source: NVIDIA, "DGX SuperPOD reference architecture, H100" (scalable unit of 32 systems) */
const LEAF_USUAL = 32;

/** Time of an exchange of `pattern` among `hosts` over what it is where all tiers carry everything; at least 1. */
export function contention(pattern: Pattern, hosts: number, target: Target): number {
  const { fabric } = target;
  if (fabric === undefined) return 1;
  return Math.max(1, taper(pattern, hosts, fabric, target), collisions(pattern, hosts, fabric));
}

/** The network of `before` devices a host as every `stride`-th of them sees it, `perHost` of those in a host: pods and leaves hold as many fewer. */
export function thinnedFabric(
  fabric: Fabric,
  devices: { readonly before: number; readonly perHost: number; readonly stride: number },
): Fabric {
  const { before, perHost, stride } = devices;
  const { pod = LEAF_USUAL * before, leaf = LEAF_USUAL } = fabric;
  const leafHosts = Math.max(1, (leaf * before) / (stride * perHost));
  return { ...fabric, pod: Math.max(1, pod / stride), leaf: leafHosts };
}

function taper(pattern: Pattern, hosts: number, fabric: Fabric, { perHost }: Target): number {
  const { oversubscription = 1, pod } = fabric;
  const inPod = pod === undefined ? LEAF_USUAL : Math.max(1, pod / perHost);
  if (hosts <= inPod) return 1;
  if (pattern === "all-to-all") return oversubscription * outside(hosts, inPod);
  return pattern === "send" ? oversubscription : oversubscription / inPod;
}

/** Of what a host sends to all others, the share that leaves a group of `inside`. */
function outside(hosts: number, inside: number): number {
  return (hosts - inside) / (hosts - 1);
}

function collisions(pattern: Pattern, hosts: number, fabric: Fabric): number {
  const { flows, leaf = LEAF_USUAL, uplinks = 1 } = fabric;
  if (flows === undefined || hosts <= leaf) return 1;
  const isSpread = pattern === "all-to-all";
  const sent = flows * (isSpread ? hosts - 1 : 1);
  const leaving = isSpread ? outside(hosts, leaf) : 1 / leaf;
  const mean = (sent * leaving) / uplinks;
  return (mean * fullest(mean, 2 * hosts * uplinks)) / sent;
}

/** Steps that halve the range in which the fullest bin is looked for: to a part in 1e12. */
const HALVINGS = 40;

/** Balls in the fullest of `bins` over their mean. */
function fullest(mean: number, bins: number): number {
  const wanted = Math.log(bins) / mean;
  let [low, high] = [1, 2 + 2 * wanted];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    const reached = middle * Math.log(middle) - middle + 1;
    if (reached < wanted) low = middle;
    else high = middle;
  }
  return high;
}
