import { Checkbox, CloseButton, TextInput } from "@mantine/core";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { usePropertyGroups } from "../../api/propertyGroups";
import type { Property, PropertyGroup, Record as Row } from "../../api/schema";
import { useShortcuts } from "../../app/shortcuts";
import { useT } from "../../i18n";
import { Count } from "../../parts/Count";
import { Icon } from "../../parts/Icon";
import { KINDS } from "./kinds";
import classes from "./Properties.module.css";
import { PropertyRow } from "./PropertyRow";
import { mayEdit } from "./values";

interface Section {
  key: string;
  /** Ours, or the server's name of a group. */
  title: string;
  isData: boolean;
  properties: Property[];
  isOpen: boolean;
}

/** First what matters of this type, then what the account has added, then its groups, last what the server keeps itself. */
function sectionsOf(objectType: string, properties: Property[], groups: PropertyGroup[], isWanted: (one: Property) => boolean) {
  const { main } = KINDS[objectType]!;
  const byName = new Map(properties.map((one) => [one.name, one]));
  const rest = properties.filter((one) => !main.includes(one.name) && !one.hidden);
  const own = rest.filter((one) => !one.hubspotDefined);
  const given = rest.filter((one) => one.hubspotDefined);
  const groupNames = [...new Map(groups.map((one) => [one.name, one.label]))];
  const sections: Omit<Section, "isOpen">[] = [
    { key: "main", title: "main", isData: false, properties: main.flatMap((name) => byName.get(name) ?? []) },
    { key: "own", title: "own", isData: false, properties: own },
    ...groupNames.map(([name, label]) => ({
      key: `group-${name}`,
      title: label,
      isData: true,
      properties: given.filter((one) => one.groupName === name && mayEdit(one) && isWanted(one)),
    })),
    { key: "kept", title: "kept", isData: false, properties: given.filter((one) => !mayEdit(one) && isWanted(one)) },
  ];
  return sections.filter((one) => one.properties.length > 0).map((one) => ({ ...one, isOpen: one.key !== "kept" }));
}

interface Props {
  objectType: string;
  row: Row;
  properties: Property[];
  /** Names of those that somebody else has just written. */
  fresh: string[] | undefined;
  isOpen: boolean;
  showHistory: (property: Property) => void;
}

export function Properties({ objectType, row, properties, fresh, isOpen, showHistory }: Props) {
  const t = useT("record");
  const [text, setText] = useState("");
  const [withEmpty, setWithEmpty] = useState(false);
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const field = useRef<HTMLInputElement>(null);
  const { data: groups } = usePropertyGroups(objectType);
  useShortcuts([{ keys: "f", label: "record:keyFind", section: "record:keys", run: () => field.current?.focus() }]);
  const sections = useMemo(() => {
    const isWanted = (one: Property) => withEmpty || Boolean(row.properties[one.name]);
    return sectionsOf(objectType, properties, groups ?? [], isWanted);
  }, [objectType, properties, groups, withEmpty, row]);
  const matching = useMemo(() => {
    if (!wanted) return undefined;
    const fits = (one: Property) => `${one.label} ${one.name}`.toLowerCase().includes(wanted);
    return properties.filter((one) => !one.hidden && fits(one));
  }, [wanted, properties]);
  const list = (those: Property[]) => (
    <dl className={classes.list}>
      {those.map((property) => (
        <PropertyRow
          key={property.name}
          objectType={objectType}
          id={row.id}
          property={property}
          value={row.properties[property.name] ?? ""}
          pipelineId={row.properties["hs_pipeline"]}
          isFresh={fresh?.includes(property.name) ?? false}
          isOpen={isOpen}
          showHistory={showHistory}
        />
      ))}
    </dl>
  );
  return (
    <section className={classes.properties} aria-label={t("properties")}>
      <TextInput
        ref={field}
        size="xs"
        aria-label={t("findProperty")}
        placeholder={t("findProperty")}
        leftSection={<Icon name="search" size={14} />}
        rightSection={text && <CloseButton size="xs" aria-label={t("clear")} onClick={() => setText("")} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {matching !== undefined ? (
        <>
          {matching.length === 0 && <p className={classes.none}>{t("noProperty")}</p>}
          {list(matching)}
        </>
      ) : (
        <>
          {sections.map((section) => (
            <details key={section.key} open={section.isOpen} className={classes.section}>
              <summary>
                <Icon name="right" size={14} />
                <h2 data-value={section.isData || undefined}>{section.isData ? section.title : t(`section-${section.title}`)}</h2>
                {!section.isOpen && <Count value={section.properties.length} />}
              </summary>
              {list(section.properties)}
            </details>
          ))}
          <Checkbox
            size="xs"
            mt="sm"
            label={t("showEmpty")}
            checked={withEmpty}
            onChange={(event) => setWithEmpty(event.currentTarget.checked)}
          />
        </>
      )}
    </section>
  );
}
