import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useProperties } from "../../api/properties";
import { createGroup, deleteGroup, groupsKey, orderGroups, renameGroup, usePropertyGroups } from "../../api/propertyGroups";
import type { PropertyGroup } from "../../api/schema";
import { useT } from "../../i18n";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Id } from "./Id";
import { InternalName } from "./InternalName";
import { KindSelect, useKinds } from "./kinds";
import { Loaded } from "./Loaded";
import { nameFrom } from "./names";
import { NewButton } from "./NewButton";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";
import { Sortable } from "./Sortable";
import { useOrder } from "./useOrder";

type Opened = { what: "new" } | { what: "rename" | "delete"; group: PropertyGroup } | undefined;

/** The headings under which the properties of an object type stand, in their order. */
export default function GroupSettings() {
  const t = useT("settings");
  const { objectType = "tickets" } = useParams();
  const navigate = useNavigate();
  const kinds = useKinds("all");
  const query = usePropertyGroups(objectType);
  const { data: properties = [] } = useProperties(objectType);
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const items = useMemo(() => (query.data ?? []).map((one) => ({ ...one, id: one.name })), [query.data]);
  const key = groupsKey(objectType);
  const refresh = () => cache.invalidateQueries({ queryKey: key });
  const close = () => (setOpened(undefined), void refresh());
  const order = useOrder<PropertyGroup>(key, (groups) => orderGroups(objectType, groups.map((one) => one.name)));
  return (
    <SettingsFrame
      section="groups"
      tools={<KindSelect label={t("objectType")} kinds={kinds} value={objectType} choose={(kind) => void navigate(`/settings/groups/${kind}`)} />}
      actions={<NewButton label={t("newGroup")} onClick={() => setOpened({ what: "new" })} />}
    >
      <Loaded query={query}>
        {() => (
          <section className={classes.panel} aria-label={t("section-groups")}>
            <Sortable
              items={items}
              nameOf={(one) => one.label}
              order={order}
              className={classes.plain}
              label={t("section-groups")}
            >
              {(group, grip) => (
                <div className={classes.stage} data-group={group.name}>
                  {grip}
                  <b data-value>{group.label}</b>
                  <Link className={classes.subtle} to={`/settings/properties/${objectType}?group=${encodeURIComponent(group.name)}`}>
                    {t("propertyCount", { count: properties.filter((one) => one.groupName === group.name).length })}
                  </Link>
                  <Id value={group.name} />
                  <div className={classes.row}>
                    <IconButton icon="edit" label={t("renameOf", { name: group.label })} onClick={() => setOpened({ what: "rename", group })} />
                    <IconButton icon="bin" danger label={t("deleteOf", { name: group.label })} onClick={() => setOpened({ what: "delete", group })} />
                  </div>
                </div>
              )}
            </Sortable>
          </section>
        )}
      </Loaded>
      {opened?.what === "new" && <GroupDialog objectType={objectType} position={items.length} close={close} />}
      {opened?.what === "rename" && <GroupDialog objectType={objectType} group={opened.group} position={0} close={close} />}
      {opened?.what === "delete" && (
        <FormDialog
          title={t("deleteTitle", { name: opened.group.label })}
          verb={t("common:delete")}
          danger
          act={() => deleteGroup(objectType, opened.group.name)}
          close={close}
        >
          {t("deleteGroupText")}
        </FormDialog>
      )}
    </SettingsFrame>
  );
}

interface DialogProps {
  objectType: string;
  /** One that is there; a new one otherwise. */
  group?: PropertyGroup;
  position: number;
  close: () => void;
}

function GroupDialog({ objectType, group, position, close }: DialogProps) {
  const t = useT("settings");
  const [label, setLabel] = useState(group?.label ?? "");
  const [name, setName] = useState<string>();
  return (
    <FormDialog
      title={group ? t("renameTitle", { name: group.label }) : t("newGroup")}
      verb={group ? t("common:save") : t("create")}
      act={() => (group ? renameGroup(objectType, group.name, label) : createGroup(objectType, name ?? nameFrom(label), label, position))}
      close={close}
    >
      {(about) => (
        <>
          <TextInput data-autofocus label={t("label")} value={label} error={about("label")} onChange={(event) => setLabel(event.currentTarget.value)} />
          {!group && <InternalName label={label} value={name} change={setName} about={about} />}
        </>
      )}
    </FormDialog>
  );
}
