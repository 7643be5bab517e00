/**
 * QR codes (ISO/IEC 18004) of level L and alphanumeric mode, which is what a Lightning invoice in capital letters needs.
 * A general library would be a sixth of the browser file; a test holds this against one.
 */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** By version, in base 36: codewords for error correction in each block, and blocks. */
const CHECKS = "7afkqikouikoqumosussssuuqsuuuuuuuuuuuuuu";
const BLOCKS = "11111222244444666678899acccdefghijjklmop";

/** Rows of modules: `1` is dark, `undefined` is not drawn yet. */
type Grid = (number | undefined)[][];

/**
 * The smallest code for a text, as rows of modules (`1` is dark) without a quiet zone. Always under mask 0: an invoice is
 * random enough by itself, and readers take any mask.
 * @throws RangeError beyond 4,296 characters, or for others than digits, capital letters and `$%*+-./: `
 */
export function encodeQr(text: string): readonly (readonly number[])[] {
  const payload = pack(text);
  for (let version = 1; version <= 40; version++) {
    const counter = version < 10 ? 9 : version < 27 ? 11 : 13;
    const capacity = 8 * (roomOf(version) - lookUp(CHECKS, version) * lookUp(BLOCKS, version));
    if (4 + counter + payload.length > capacity) continue;
    const bits = [...toBits(2, 4), ...toBits(text.length, counter), ...payload];
    bits.push(...toBits(0, Math.min(4, capacity - bits.length)));
    bits.push(...toBits(0, -bits.length & 7));
    for (let pad = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) bits.push(...toBits(pad, 8));
    const codewords: number[] = [];
    for (let at = 0; at < capacity; at += 8)
      codewords.push(Number.parseInt(bits.slice(at, at + 8).join(""), 2));
    return fill(drawFixed(version), interleave(codewords, version));
  }
  throw new RangeError("Too long");
}

/** Two letters in 11 bits, a last one in 6. */
function pack(text: string): number[] {
  const values = Array.from(text, (letter) => ALPHABET.indexOf(letter));
  if (values.includes(-1)) throw new RangeError("Not alphanumeric");
  return values.flatMap((value, at) => {
    if (at % 2 === 1) return [];
    const next = values[at + 1];
    return next === undefined ? toBits(value, 6) : toBits(45 * value + next, 11);
  });
}

function toBits(value: number, length: number): number[] {
  return Array.from({ length }, (_, at) => (value >> (length - 1 - at)) & 1);
}

function lookUp(table: string, version: number): number {
  return Number.parseInt(table[version - 1] ?? "0", 36);
}

/** All codewords that a version has room for. */
function roomOf(version: number): number {
  const marks = version > 1 ? Math.floor(version / 7) + 2 : 0;
  const aligned = marks && (25 * marks - 10) * marks - 55;
  return ((16 * version + 128) * version + 64 - aligned - (version > 6 ? 36 : 0)) >> 3;
}

/** Cuts into blocks, gives each its checks, and deals them out one codeword at a time. */
function interleave(data: number[], version: number): number[] {
  const [blocks, checks, room] = [lookUp(BLOCKS, version), lookUp(CHECKS, version), roomOf(version)];
  const parts: number[][] = [];
  for (let index = 0, from = 0; index < blocks; index++) {
    const length = Math.floor(room / blocks) - checks + (index < blocks - (room % blocks) ? 0 : 1);
    parts.push(data.slice(from, from + length));
    from += length;
  }
  const dealt = [...deal(parts), ...deal(parts.map((part) => remainder(part, checks)))];
  return dealt.flatMap((byte) => toBits(byte, 8));
}

/** The last list is the longest. */
function deal(lists: number[][]): number[] {
  return (lists.at(-1) ?? []).flatMap((_, row) => lists.flatMap((list) => list[row] ?? []));
}

/** Powers of 2 in the field of 256 elements that QR codes use, and which power an element is. */
const POWERS: number[] = [];
const LOGARITHMS: number[] = [];
for (let power = 0, value = 1; power < 255; power++, value = (value << 1) ^ ((value >> 7) * 0x11d)) {
  POWERS[power] = value;
  LOGARITHMS[value] = power;
}

function multiply(left: number, right: number): number {
  return left && right && (POWERS[((LOGARITHMS[left] ?? 0) + (LOGARITHMS[right] ?? 0)) % 255] ?? 0);
}

/** Reed-Solomon: the remainder of the data divided by (x − 1)(x − 2)(x − 4)… */
function remainder(data: readonly number[], length: number): number[] {
  let divisor = [1];
  for (let index = 0; index < length; index++) {
    const root = POWERS[index] ?? 0;
    divisor = [...divisor, 0].map((value, place) => value ^ multiply(divisor[place - 1] ?? 0, root));
  }
  let rest: number[] = Array.from({ length }, () => 0);
  for (const byte of data) {
    const factor = byte ^ (rest[0] ?? 0);
    rest = rest.map((_, place) => (rest[place + 1] ?? 0) ^ multiply(divisor[place + 1] ?? 0, factor));
  }
  return rest;
}

function put(grid: Grid, x: number, y: number, dark: boolean | number): void {
  const row = grid[y];
  if (row !== undefined && x >= 0 && x < grid.length) row[x] = Number(dark);
}

function drawFixed(version: number): Grid {
  const size = 4 * version + 17;
  const grid: Grid = Array.from({ length: size }, () => Array.from({ length: size }, () => undefined));
  const rings = (x: number, y: number, radius: number): void => {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        put(grid, x + dx, y + dy, radius === 2 ? ring !== 1 : ring !== 2 && ring !== 4);
      }
  };
  for (let index = 0; index < size; index++) {
    put(grid, 6, index, index % 2 === 0);
    put(grid, index, 6, index % 2 === 0);
  }
  const marks = alignmentMarks(version);
  const last = marks.at(-1);
  for (const x of marks)
    for (const y of marks) {
      // Three corners belong to the finders.
      if (Math.min(x, y) > 6 || (x !== y && Math.max(x, y) !== last)) rings(x, y, 2);
    }
  for (const index of [3, size - 4]) {
    rings(3, index, 4);
    rings(index, 3, 4);
  }
  drawFormat(grid);
  let code = version;
  for (let index = 0; index < 12; index++) code = (code << 1) ^ ((code >>> 11) * 0x1f25);
  code |= version << 12;
  // Smaller ones have no room for it.
  if (version < 7) return grid;
  for (let index = 0; index < 18; index++) {
    const [far, near] = [size - 11 + (index % 3), Math.floor(index / 3)];
    put(grid, far, near, (code >> index) & 1);
    put(grid, near, far, (code >> index) & 1);
  }
  return grid;
}

function alignmentMarks(version: number): readonly number[] {
  if (version === 1) return [];
  const marks = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + marks * 3 + 5) / (marks * 4 - 4)) * 2;
  return Array.from({ length: marks }, (_, index) =>
    index === 0 ? 6 : 4 * version + 10 - (marks - 1 - index) * step,
  );
}

/** Level L and mask 0, twice. */
function drawFormat(grid: Grid): void {
  const size = grid.length;
  const code = 0x77c4;
  for (let index = 0; index < 15; index++) {
    const dark = (code >> index) & 1;
    const near = index < 6 ? index : index + 1;
    put(grid, 8, index < 8 ? near : size - 15 + index, dark);
    put(grid, index < 8 ? size - 1 - index : index === 8 ? 7 : 14 - index, 8, dark);
  }
  put(grid, 8, size - 8, 1);
}

/** Two columns at a time, up and down, from the right; what is left over counts as 0. */
function fill(fixed: Grid, bits: readonly number[]): number[][] {
  const size = fixed.length;
  const rows = fixed.map((row) => row.map((module) => module ?? 0));
  let next = 0;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2)
    for (let step = 0; step < 2 * size; step++) {
      const x = right - (step & 1);
      const upwards = ((right < 7 ? right + 1 : right) & 2) === 0;
      const y = upwards ? size - 1 - (step >> 1) : step >> 1;
      const row = rows[y];
      if (row === undefined || fixed[y]?.[x] !== undefined) continue;
      row[x] = (bits[next++] ?? 0) ^ ((x + y + 1) & 1);
    }
  return rows;
}
