import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, memo, Suspense, useCallback, useDeferredValue, useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useProperties } from "../../api/properties";
import { archiveProperty } from "../../api/propertyEdits";
import { usePropertyGroups } from "../../api/propertyGroups";
import { useRules } from "../../api/propertyRules";
import type { Property, ValidationRule } from "../../api/schema";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { curlOf } from "../../parts/terminal";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Id } from "./Id";
import { KindSelect, useKinds } from "./kinds";
import { ListTable } from "./ListTable";
import { Loaded } from "./Loaded";
import { NewButton } from "./NewButton";
import { formOf } from "./propertyForms";
import { rulesFor } from "./ruleKinds";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";
import { UsedBy } from "./UsedBy";

const RuleDialog = lazy(() => import("./RuleDialog"));
const PropertyDialog = lazy(() => import("./PropertyDialog"));
type Deed = "edit" | "rules" | "delete";
type Opened = { what: "new" } | { what: Deed; property: Property } | undefined;

const NO_RULES = {};
const exampleIn = (groupName: string | undefined) => ({ name: "serial_number", label: "Serial number", type: "string", fieldType: "text", groupName });

/** Definitions of the properties of an object type. */
export default function PropertySettings() {
  const t = useT("settings");
  const { objectType = "tickets" } = useParams();
  const navigate = useNavigate();
  const kinds = useKinds("all");
  const query = useProperties(objectType);
  const { data } = query;
  const groups = usePropertyGroups(objectType).data;
  const { data: rules = NO_RULES } = useRules(objectType);
  const cache = useQueryClient();
  const [text, setText] = useState("");
  const [origin, setOrigin] = useState("all");
  const [search, setSearch] = useSearchParams();
  const group = search.get("group");
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const changed = () => (close(), void cache.invalidateQueries({ queryKey: ["properties", objectType] }));
  // the field shows every letter at once, the hundreds of rows come after it
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const shown = useMemo(
    () =>
      (data ?? []).filter(
        (one) =>
          (origin === "all" || one.hubspotDefined === (origin === "standard")) &&
          (group === null || one.groupName === group) &&
          `${one.label} ${one.name} ${one.description}`.toLowerCase().includes(wanted),
      ),
    [data, origin, group, wanted],
  );
  const groupLabels = useMemo(() => new Map(groups?.map((one) => [one.name, one.label])), [groups]);
  const open = useCallback((what: Deed, property: Property) => setOpened({ what, property }), []);
  const make = <NewButton label={t("newProperty")} onClick={() => setOpened({ what: "new" })} />;
  return (
    <SettingsFrame
      section="properties"
      actions={shown.length > 0 && make}
      tools={
        <>
          <KindSelect label={t("objectType")} kinds={kinds} value={objectType} choose={(kind) => void navigate(`/settings/properties/${kind}`)} />
          <TextInput
            aria-label={t("searchProperties")}
            placeholder={t("searchProperties")}
            w={230}
            leftSection={<Icon name="search" size={15} />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {groups !== undefined && groups.length > 1 && (
            <Select
              aria-label={t("group")}
              placeholder={t("allGroups")}
              w={190}
              clearable
              clearButtonProps={{ "aria-label": t("allGroups") }}
              value={group}
              onChange={(name) => setSearch(name === null ? {} : { group: name }, { replace: true })}
              data={groups.map((one) => ({ value: one.name, label: one.label }))}
            />
          )}
          <SegmentedControl
            aria-label={t("origin")}
            size="xs"
            value={origin}
            onChange={setOrigin}
            data={["all", "own", "standard"].map((value) => ({ value, label: t(`origin-${value}`) }))}
          />
          <span className={classes.subtle} role="status">
            {data !== undefined && t("propertyCount", { count: shown.length })}
          </span>
        </>
      }
    >
      <Loaded query={query}>
        {() =>
          shown.length > 0 ? (
            <PropertyTable properties={shown} groupLabels={groupLabels} rules={rules} open={open} />
          ) : wanted || group !== null ? (
            <Empty icon="columns" title={t("nothingMatches")} curl={curlOf(`/crm/v3/properties/${objectType}`)}>
              <Button variant="light" onClick={() => (setText(""), setOrigin("all"), setSearch({}, { replace: true }))}>
                {t("common:clearFilters")}
              </Button>
            </Empty>
          ) : (
            <Empty icon="columns" title={t("noOwnProperties")} text={t("noOwnPropertiesText")} curl={curlOf(`/crm/v3/properties/${objectType}`, { body: exampleIn(groups?.[0]?.name) })}>
              {make}
            </Empty>
          )
        }
      </Loaded>
      <Suspense fallback={null}>
        {opened?.what === "new" && <PropertyDialog objectType={objectType} groups={groups ?? []} close={close} changed={changed} />}
        {opened?.what === "edit" && (
          <PropertyDialog objectType={objectType} groups={groups ?? []} property={opened.property} close={close} changed={changed} />
        )}
        {opened?.what === "rules" && <RuleDialog objectType={objectType} property={opened.property} close={close} />}
      </Suspense>
      {opened?.what === "delete" && (
        <FormDialog
          title={t("archiveTitle", { name: opened.property.label })}
          verb={t("archive")}
          danger
          act={() => archiveProperty(objectType, opened.property.name)}
          close={close}
          done={changed}
        >
          {t("archivePropertyText")}
          <UsedBy objectType={objectType} name={opened.property.name} />
        </FormDialog>
      )}
    </SettingsFrame>
  );
}

interface TableProps {
  properties: Property[];
  groupLabels: ReadonlyMap<string, string>;
  rules: { [name: string]: ValidationRule[] };
  open: (what: Deed, property: Property) => void;
}

const PropertyTable = memo(function PropertyTable({ properties, groupLabels, rules, open }: TableProps) {
  const t = useT("settings");
  return (
    <ListTable columns={[t("label"), t("internalName"), t("type"), t("group")]}>
      {properties.map((property) => (
        <tr key={property.name} data-property={property.name}>
          <td className={classes.clipped}>
            <button type="button" className={classes.linkish} data-value onClick={() => open("edit", property)}>
              {property.label}
            </button>{" "}
            {property.hasUniqueValue && <span className={classes.badge}>{t("unique")}</span>}
            {(rules[property.name]?.length ?? 0) > 0 && <span className={classes.badge}>{t("ruleCount", { count: rules[property.name]!.length })}</span>}{" "}
            {!property.hubspotDefined && (
              <span className={classes.badge} data-tone="good">
                {t("ownMade")}
              </span>
            )}
          </td>
          <td className={classes.clipped}>
            <Id value={property.name} />
          </td>
          <td>
            <PropertyType property={property} />
          </td>
          <td data-value>{groupLabels.get(property.groupName) ?? property.groupName}</td>
          <td>
            <div className={classes.row}>
              {rulesFor(property).length > 0 && (
                <IconButton icon="check" label={t("rulesOf", { name: property.label })} onClick={() => open("rules", property)} />
              )}
              <IconButton icon="edit" label={t("editOf", { name: property.label })} onClick={() => open("edit", property)} />
              {property.modificationMetadata.archivable && !property.hubspotDefined && (
                <IconButton icon="bin" danger label={t("archiveOf", { name: property.label })} onClick={() => open("delete", property)} />
              )}
            </div>
          </td>
        </tr>
      ))}
    </ListTable>
  );
});

function PropertyType({ property }: { property: Property }) {
  const t = useT("settings");
  const form = formOf(property);
  return (
    <>
      {form === undefined ? <span data-value>{property.fieldType}</span> : t(`form-${form}`)}
      <div className={classes.subtle} data-value>
        {property.type}
        {property.options.length > 0 && ` (${property.options.length})`}
      </div>
      {property.calculationFormula !== undefined && (
        <code className={`clip ${classes.formula}`} title={property.calculationFormula} data-value>
          {property.calculationFormula}
        </code>
      )}
    </>
  );
}
