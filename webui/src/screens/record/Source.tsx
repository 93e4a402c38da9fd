import { useSigned } from "../../app/useSession";
import { useT } from "../../i18n";
import { useUserName } from "./values";

const KNOWN = ["CRM_UI", "INTEGRATION", "IMPORT", "CALCULATED", "API", "MERGE_OBJECTS", "AUTOMATION_PLATFORM"];

/** Words for where a change came from. */
export function useSource(): (sourceType: string) => string {
  const t = useT("record");
  return (type) => (KNOWN.includes(type) ? t(`source-${type}`) : type);
}

interface Who {
  sourceType: string;
  sourceId?: string | undefined;
  userId?: number | string | undefined;
}

/** Who did it: a person by name, anything else by what it was. */
export function useWho(): (who: Who) => string {
  const t = useT("record");
  const name = useUserName();
  const source = useSource();
  const { user } = useSigned();
  return ({ sourceType, sourceId, userId }) => {
    if (userId === undefined) return sourceId === undefined ? source(sourceType) : `${source(sourceType)} ${sourceId}`;
    const own = String(userId) === user.id ? [user.firstName, user.lastName].filter(Boolean).join(" ") : "";
    return name(userId) || own || t("user", { id: userId });
  };
}
