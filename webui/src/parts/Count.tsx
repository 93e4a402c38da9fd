import { useLanguage } from "../i18n";
import { formatNumber } from "./format";

export function Count({ value }: { value: number }) {
  useLanguage();
  return (
    <span className="numeric" data-value>
      {formatNumber(value)}
    </span>
  );
}
