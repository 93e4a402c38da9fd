const LONGEST = 50;

/** A name for programs out of one for people: `Größe (cm)` becomes `grosse_cm`. */
export function nameFrom(label: string): string {
  const plain = label
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/ß/g, "ss")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, LONGEST);
  return /^\d/.test(plain) ? `p_${plain}` : plain;
}
