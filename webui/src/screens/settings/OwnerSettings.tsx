import { Button, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { createOwner, updateOwner, useEveryOwner } from "../../api/ownerEdits";
import { ownerName } from "../../api/owners";
import type { Owner } from "../../api/schema";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { curlOf } from "../../parts/terminal";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Id } from "./Id";
import { ListTable } from "./ListTable";
import { Loaded } from "./Loaded";
import { NewButton } from "./NewButton";
import { PersonFields } from "./PersonFields";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";

type Opened = { what: "new" } | { what: "edit" | "archive"; owner: Owner } | undefined;

const EXAMPLE = { email: "ada@example.com", firstName: "Ada", lastName: "Byron" };

/** People and queues to whom records belong. */
export default function OwnerSettings() {
  const t = useT("settings");
  const query = useEveryOwner();
  const cache = useQueryClient();
  const [text, setText] = useState("");
  const [archived, setArchived] = useState(false);
  const [opened, setOpened] = useState<Opened>();
  const refresh = () => cache.invalidateQueries({ queryKey: ["owners"] });
  const close = () => (setOpened(undefined), void refresh());
  const restoring = useMutation({ mutationFn: (id: string) => updateOwner(id, { archived: false }), onSettled: refresh });
  const wanted = text.trim().toLowerCase();
  const isShown = (one: Owner) => (archived || !one.archived) && `${ownerName(one)} ${one.email} ${one.id}`.toLowerCase().includes(wanted);
  const make = <NewButton label={t("newOwner")} onClick={() => setOpened({ what: "new" })} />;
  return (
    <SettingsFrame
      section="owners"
      actions={query.data?.length !== 0 && make}
      tools={
        <>
          <TextInput
            aria-label={t("searchOwners")}
            placeholder={t("searchOwners")}
            w={260}
            leftSection={<Icon name="search" size={15} />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Switch label={t("showArchived")} checked={archived} onChange={(event) => setArchived(event.currentTarget.checked)} />
        </>
      }
    >
      <Loaded query={query}>
        {(owners) =>
          owners.length === 0 ? (
            <Empty icon="bookmark" title={t("noOwners")} text={t("noOwnersText")} curl={curlOf("/spokedesk/v1/owners", { body: EXAMPLE })}>
              {make}
            </Empty>
          ) : !owners.some(isShown) ? (
            <Empty icon="bookmark" title={t("nothingMatches")} curl={curlOf(`/crm/v3/owners?archived=${archived}`)}>
              <Button variant="light" onClick={() => (setText(""), setArchived(true))}>
                {t("common:clearFilters")}
              </Button>
            </Empty>
          ) : (
          <ListTable columns={[t("name"), t("kind"), t("internalIdShort")]}>
            {owners
              .filter(isShown)
              .sort((one, other) => ownerName(one).localeCompare(ownerName(other)))
              .map((owner) => (
                <OwnerRow key={owner.id} owner={owner} open={(what) => setOpened({ what, owner })} restore={() => restoring.mutate(owner.id)} />
              ))}
          </ListTable>
          )
        }
      </Loaded>
      {opened?.what === "new" && <OwnerDialog close={close} />}
      {opened?.what === "edit" && <OwnerDialog owner={opened.owner} close={close} />}
      {opened?.what === "archive" && (
        <FormDialog
          title={t("archiveTitle", { name: ownerName(opened.owner) })}
          verb={t("archive")}
          danger
          act={() => updateOwner(opened.owner.id, { archived: true })}
          close={close}
        >
          {t("archiveOwnerText")}
        </FormDialog>
      )}
    </SettingsFrame>
  );
}

interface RowProps {
  owner: Owner;
  open: (what: "edit" | "archive") => void;
  restore: () => void;
}

function OwnerRow({ owner, open, restore }: RowProps) {
  const t = useT("settings");
  const name = ownerName(owner);
  return (
    <tr data-ended={owner.archived || undefined}>
      <td>
        <b data-value>{name}</b>
        <div className={classes.subtle} data-value>
          {owner.email}
        </div>
      </td>
      <td>
        {t(owner.type === "QUEUE" ? "owner-QUEUE" : "owner-PERSON")}{" "}
        {owner.archived && <span className={classes.badge}>{t("archived")}</span>}
      </td>
      <td>
        <Id value={owner.id} />
      </td>
      <td>
        <div className={classes.row}>
          {owner.archived ? (
            <IconButton icon="restore" label={t("restoreOf", { name })} onClick={restore} />
          ) : (
            <>
              <IconButton icon="edit" label={t("editOf", { name })} onClick={() => open("edit")} />
              <IconButton icon="bin" danger label={t("archiveOf", { name })} onClick={() => open("archive")} />
            </>
          )}
        </div>
      </td>
    </tr>
  );
}

function OwnerDialog({ owner, close }: { owner?: Owner; close: () => void }) {
  const t = useT("settings");
  const [form, setForm] = useState({
    email: owner?.email ?? "",
    firstName: owner?.firstName ?? "",
    lastName: owner?.lastName ?? "",
  });
  const [type, setType] = useState("PERSON");
  return (
    <FormDialog
      title={owner ? t("editTitle", { name: ownerName(owner) }) : t("newOwner")}
      verb={owner ? t("common:save") : t("create")}
      act={() => (owner ? updateOwner(owner.id, form) : createOwner({ ...form, type }))}
      close={close}
    >
      {(about) => (
        <>
          <PersonFields person={form} change={(changes) => setForm({ ...form, ...changes })} about={about} />
          {!owner && (
            <NativeSelect
              label={t("kind")}
              value={type}
              data={["PERSON", "QUEUE"].map((value) => ({ value, label: t(`owner-${value}`) }))}
              onChange={(event) => setType(event.currentTarget.value)}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
