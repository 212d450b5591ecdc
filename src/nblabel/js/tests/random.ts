/** Random numbers that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ATOMS = [
  "a",
  "Z",
  " ",
  "  ",
  "\t",
  "\n",
  "\r\n",
  "\r",
  ".",
  "é",
  "e\u0301",
  "ß",
  "中文",
  "ا",
  "שלום",
  "🎉",
  "👩‍👩‍👧",
  "🇩🇪",
  "👍🏽",
  "\u200d",
  "\u{10ffff}",
  "\ud83d",
  "\udc4d",
  "Dr. Who",
  "u\u0308\u0323",
];

/** A text of line breaks, emoji, combining marks, right-to-left letters and lone surrogates. */
export function randomText(random: () => number, atoms: number): string {
  const pick = () => ATOMS[Math.floor(random() * ATOMS.length)] as string;
  return Array.from({ length: Math.floor(random() * atoms) }, pick).join("");
}
