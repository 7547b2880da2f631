/** Nodes every 1/64 over [−6.75, 6.75]; beyond it Φ is 0 or 1 to within 1e-11. */
const range = 6.75;
const nodesPerUnit = 64;
const nodes = 2 * range * nodesPerUnit + 1;
const distributions = new Float64Array(nodes);
const densities = new Float64Array(nodes);
fillTables();

/** Φ(x) = ½(1 + erf(x / √2)), to 1e-10: Taylor's series about the nearest node, several times as fast as an exponential in JavaScript. */
export function normalDistribution(x: number): number {
  if (x >= range) return 1;
  if (x <= -range) return 0;
  const node = ((x + range) * nodesPerUnit + 0.5) | 0;
  const at = node / nodesPerUnit - range;
  const d = x - at;
  // φ′ = −x φ, φ″ = (x² − 1) φ, φ‴ = (3x − x³) φ
  const series = 1 + d * (-at / 2 + d * ((at * at - 1) / 6 + (d * at * (3 - at * at)) / 24));
  return distributions[node]! + densities[node]! * d * series;
}

/** φ(x) = exp(−x²/2) / √2π, to a relative 1e-8 inside the tables, 0 outside: φ(node) · exp(u), u the exponents' difference. */
export function normalDensity(x: number): number {
  if (x >= range || x <= -range) return 0;
  const node = ((x + range) * nodesPerUnit + 0.5) | 0;
  const at = node / nodesPerUnit - range;
  const d = x - at;
  const u = -d * (at + d / 2);
  return densities[node]! * (1 + u * (1 + u * (1 / 2 + u * (1 / 6 + u / 24))));
}

function fillTables(): void {
  const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  const step = 1 / nodesPerUnit;
  let sum = 0;
  for (let node = 0; node < nodes; node++) {
    const x = node * step - range;
    // Simpson's rule over the cell before: its error, step⁵ · φ⁗ / 2880, is below 1e-13 a cell.
    if (node > 0) sum += (step / 6) * (density(x - step) + 4 * density(x - step / 2) + density(x));
    distributions[node] = sum;
    densities[node] = density(x);
  }
}
