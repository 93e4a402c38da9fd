import { Drawer, Skeleton, Text } from "@mantine/core";
import { useHistory } from "../../api/history";
import type { Property } from "../../api/schema";
import { useT } from "../../i18n";
import { Failed } from "../../parts/Failed";
import { When } from "../../parts/When";
import classes from "./History.module.css";
import { useSource, useWho } from "./Source";
import { useDescribe } from "./values";

interface Props {
  objectType: string;
  id: string;
  property: Property;
  close: () => void;
}

/** Every value that a property has had: what, when, from where, by whom. */
export default function History({ objectType, id, property, close }: Props) {
  const t = useT("record");
  const describe = useDescribe(objectType);
  const source = useSource();
  const who = useWho();
  const { data, error, isPending, refetch } = useHistory(objectType, id, property.name);
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="lg"
      closeButtonProps={{ "aria-label": t("common:close") }}
      title={<span data-value>{property.label}</span>}
    >
      <Text size="sm" c="dimmed" mb="md" data-value>
        <code>{property.name}</code>
        {property.description && ` · ${property.description}`}
      </Text>
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      {isPending && error === null && <Skeleton height={120} radius="md" />}
      {data?.length === 0 && <Text c="dimmed">{t("noHistory")}</Text>}
      {data !== undefined && data.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("value")}</th>
              <th scope="col">{t("time")}</th>
              <th scope="col">{t("source")}</th>
              <th scope="col">{t("who")}</th>
            </tr>
          </thead>
          <tbody>
            {data.map((past, index) => (
              <tr key={index}>
                <td className={classes.what}>{past.value === "" ? <em>{t("cleared")}</em> : <span data-value>{describe(property, past.value)}</span>}</td>
                <td data-value>
                  <When at={past.timestamp} style="datetime" />
                </td>
                <td>{source(past.sourceType)}</td>
                <td data-value>{past.updatedByUserId === undefined ? (past.sourceId ?? "–") : who({ sourceType: past.sourceType, userId: past.updatedByUserId })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Drawer>
  );
}
