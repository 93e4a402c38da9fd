import { Button, Loader, Group, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { createOwner, updateOwner, useEveryOwner } from "../../api/ownerEdits";
import { ownerName } from "../../api/owners";
import type { Owner } from "../../api/schema";
import { useT } from "../../i18n";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Id } from "./Id";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";

type Opened = { what: "new" } | { what: "edit" | "archive"; owner: Owner } | undefined;

/** People and queues to whom records belong. */
export default function OwnerSettings() {
  const t = useT("settings");
  const { data, error, refetch } = useEveryOwner();
  const cache = useQueryClient();
  const [text, setText] = useState("");
  const [archived, setArchived] = useState(false);
  const [opened, setOpened] = useState<Opened>();
  const refresh = () => cache.invalidateQueries({ queryKey: ["owners"] });
  const close = () => (setOpened(undefined), void refresh());
  const restoring = useMutation({ mutationFn: (id: string) => updateOwner(id, { archived: false }), onSettled: refresh });
  const wanted = text.trim().toLowerCase();
  const owners = (data ?? [])
    .filter((one) => (archived || !one.archived) && `${ownerName(one)} ${one.email} ${one.id}`.toLowerCase().includes(wanted))
    .sort((one, other) => ownerName(one).localeCompare(ownerName(other)));
  return (
    <SettingsFrame
      section="owners"
      actions={
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setOpened({ what: "new" })}>
          {t("newOwner")}
        </Button>
      }
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
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loader aria-label={t("common:loading")} />}
      {data !== undefined && (
        <div className={classes.scroller}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t("name")}</th>
                <th scope="col">{t("kind")}</th>
                <th scope="col">{t("internalIdShort")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {owners.map((owner) => (
                <tr key={owner.id} data-ended={owner.archived || undefined}>
                  <td>
                    <b data-value>{ownerName(owner)}</b>
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
                        <IconButton icon="restore" label={t("restoreOf", { name: ownerName(owner) })} onClick={() => restoring.mutate(owner.id)} />
                      ) : (
                        <>
                          <IconButton icon="edit" label={t("editOf", { name: ownerName(owner) })} onClick={() => setOpened({ what: "edit", owner })} />
                          <IconButton icon="bin" danger label={t("archiveOf", { name: ownerName(owner) })} onClick={() => setOpened({ what: "archive", owner })} />
                        </>
                      )}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {owners.length === 0 && <p className={classes.none}>{t("nothingMatches")}</p>}
        </div>
      )}
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
          <TextInput
            data-autofocus
            type="email"
            label={t("email")}
            value={form.email}
            error={about("email")}
            onChange={(event) => setForm({ ...form, email: event.currentTarget.value })}
          />
          <Group grow align="start">
            <TextInput
              label={t("firstName")}
              value={form.firstName}
              error={about("firstName")}
              onChange={(event) => setForm({ ...form, firstName: event.currentTarget.value })}
            />
            <TextInput
              label={t("lastName")}
              value={form.lastName}
              error={about("lastName")}
              onChange={(event) => setForm({ ...form, lastName: event.currentTarget.value })}
            />
          </Group>
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
