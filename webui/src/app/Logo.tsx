/** A wheel: spokes that meet at one desk. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#0b6959" />
      <g fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round">
        <circle cx="16" cy="16" r="9.5" />
        <circle cx="16" cy="16" r="2.2" fill="#fff" stroke="none" />
        <path d="M16 10.500V7M16 25v-3.500M10.500 16H7M25 16h-3.500" />
      </g>
    </svg>
  );
}
