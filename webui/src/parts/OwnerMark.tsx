import { ownerName, useOwners } from "../api/owners";
import { useT } from "../i18n";
import classes from "./OwnerMark.module.css";

const HUES = 8;

/** The same person always has the same color. */
const hueOf = (id: string) => [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) % HUES;

/** The first letters of up to two words; of one word in a script without letter case, its first sign. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? "")
    .join("");

interface Props {
  id: string | null | undefined;
  /** The name beside it. */
  named?: boolean;
}

/** Who a record belongs to, as a small disc with initials; nothing for nobody. */
export function OwnerMark({ id, named = false }: Props) {
  const t = useT("common");
  const { byId } = useOwners();
  if (!id) return null;
  const owner = byId.get(id);
  const name = owner ? ownerName(owner) : t("ownerUnknown", { id });
  return (
    <span className={classes.owner} title={named ? undefined : name} data-value>
      <span className={classes.disc} data-hue={hueOf(id)} aria-hidden="true">
        {owner ? initials(name) : "?"}
      </span>
      <span className={named ? "clip" : "visually-hidden"}>{name}</span>
    </span>
  );
}
