import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { createLabel, deleteLabel, updateLabel, useLabels } from "../../api/associationLabels";
import type { LinkType } from "../../api/schema";
import { useT } from "../../i18n";
import { EmptyPart } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { curlOf } from "../../parts/terminal";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Id } from "./Id";
import { InternalName } from "./InternalName";
import { KindSelect, useKinds } from "./kinds";
import { ListTable } from "./ListTable";
import { Loaded } from "./Loaded";
import { nameFrom } from "./names";
import { NewButton } from "./NewButton";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";

type Opened = { what: "new" } | { what: "edit" | "delete"; type: LinkType } | undefined;

const isOwn = (type: LinkType) => type.category === "USER_DEFINED";
const EXAMPLE = { name: "billing", label: "Billing" };

/** Labels of links from records of one object type to those of another. */
export default function LabelSettings() {
  const t = useT("settings");
  const { from = "tickets", to = "contacts" } = useParams();
  const navigate = useNavigate();
  const kinds = useKinds("links");
  const query = useLabels(from, to);
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const close = () => (setOpened(undefined), void cache.invalidateQueries({ queryKey: ["labels"] }));
  const choose = (one: string, other: string) => void navigate(`/settings/labels/${one}/${other}`);
  const make = <NewButton label={t("newLabel")} onClick={() => setOpened({ what: "new" })} />;
  return (
    <SettingsFrame
      section="labels"
      tools={
        <>
          <KindSelect label={t("from")} kinds={kinds} value={from} choose={(one) => choose(one, to)} />
          <Icon name="move" />
          <KindSelect label={t("to")} kinds={kinds} value={to} choose={(other) => choose(from, other)} />
          <IconButton icon="restore" label={t("otherDirection")} onClick={() => choose(to, from)} />
        </>
      }
      actions={query.data?.some(isOwn) !== false && make}
    >
      <Loaded query={query}>
        {(types) => (
          <ListTable
            columns={[t("label"), t("typeId"), t("category")]}
            after={
              !types.some(isOwn) && (
                <EmptyPart text={t("noOwnLabels")} curl={curlOf(`/crm/v4/associations/${from}/${to}/labels`, { body: EXAMPLE })}>
                  {make}
                </EmptyPart>
              )
            }
          >
            {types.map((type) => (
              <LabelRow key={`${type.category} ${type.typeId}`} type={type} open={(what) => setOpened({ what, type })} />
            ))}
          </ListTable>
        )}
      </Loaded>
      {opened?.what === "new" && <LabelDialog from={from} to={to} close={close} />}
      {opened?.what === "edit" && <LabelDialog from={from} to={to} type={opened.type} close={close} />}
      {opened?.what === "delete" && (
        <FormDialog
          title={t("deleteTitle", { name: opened.type.label })}
          verb={t("common:delete")}
          danger
          act={() => deleteLabel(from, to, opened.type.typeId)}
          close={close}
        >
          {t("deleteLabelText")}
        </FormDialog>
      )}
    </SettingsFrame>
  );
}

function LabelRow({ type, open }: { type: LinkType; open: (what: "edit" | "delete") => void }) {
  const t = useT("settings");
  const own = isOwn(type);
  const name = type.label ?? t("plainType");
  return (
    <tr>
      <td>
        {type.label === null ? (
          t("plainType")
        ) : (
          <b data-value>{type.label}</b>
        )}
      </td>
      <td>
        <Id value={String(type.typeId)} />
      </td>
      <td>
        <span className={classes.badge} data-tone={own ? "good" : undefined}>
          {own ? t("ownMade") : t("builtIn")}
        </span>{" "}
        <code className={classes.subtle} data-value>
          {type.category}
        </code>
      </td>
      <td>
        {own && (
          <div className={classes.row}>
            <IconButton icon="edit" label={t("renameOf", { name })} onClick={() => open("edit")} />
            <IconButton icon="bin" danger label={t("deleteOf", { name })} onClick={() => open("delete")} />
          </div>
        )}
      </td>
    </tr>
  );
}

function LabelDialog({ from, to, type, close }: { from: string; to: string; type?: LinkType; close: () => void }) {
  const t = useT("settings");
  const [label, setLabel] = useState(type?.label ?? "");
  const [inverseLabel, setInverse] = useState("");
  const [name, setName] = useState<string>();
  const form = { label, inverseLabel: inverseLabel.trim() };
  return (
    <FormDialog
      title={type ? t("renameTitle", { name: type.label }) : t("newLabel")}
      verb={type ? t("common:save") : t("create")}
      act={() => (type ? updateLabel(from, to, type.typeId, form) : createLabel(from, to, name ?? nameFrom(label), form).then(() => undefined))}
      close={close}
    >
      {(about) => (
        <>
          <TextInput data-autofocus label={t("label")} value={label} error={about("label")} onChange={(event) => setLabel(event.currentTarget.value)} />
          <TextInput
            label={t("inverseLabel")}
            description={t("inverseLabelText")}
            value={inverseLabel}
            error={about("inverseLabel")}
            onChange={(event) => setInverse(event.currentTarget.value)}
          />
          {!type && <InternalName label={label} value={name} change={setName} about={about} />}
        </>
      )}
    </FormDialog>
  );
}
