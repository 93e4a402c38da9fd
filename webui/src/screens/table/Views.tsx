import { Button, Checkbox, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { createView, deleteView, updateView, viewsKey, type View } from "../../api/views";
import { tell } from "../../app/notices";
import { useScope } from "../../app/useSession";
import { useT } from "../../i18n";
import { Curl } from "../../parts/Curl";
import { Icon } from "../../parts/Icon";
import { curlOf } from "../../parts/terminal";
import type { TableState } from "./definition";
import classes from "./Table.module.css";

interface Props {
  objectType: string;
  views: View[];
  state: TableState;
}

/** The saved views as tabs, and what can be done with the one that is open. */
export function Views({ objectType, views, state }: Props) {
  const t = useT("table");
  const cache = useQueryClient();
  const maySave = useScope("spokedesk.personal.write");
  const isAdmin = useScope("spokedesk.admin");
  const [asked, setAsked] = useState(false);
  const { view, isChanged } = state;
  const mayChange = maySave && view !== undefined && !view.builtIn && (view.ownedByMe || isAdmin);
  const refresh = () => cache.invalidateQueries({ queryKey: viewsKey(objectType) });
  const saving = useMutation({
    mutationFn: (id: string) => updateView(objectType, id, { definition: state.shown }),
    onSuccess: async (saved) => {
      await refresh();
      state.open(saved.id);
      tell(t("viewSaved", { name: saved.name }));
    },
  });
  const removal = useMutation({
    mutationFn: (id: string) => deleteView(objectType, id),
    onSuccess: async () => {
      state.open("all");
      await refresh();
    },
  });
  return (
    <div className={classes.views}>
      <div className={classes.tabs} role="group" aria-label={t("views")}>
        {views.map((one) => (
          <button key={one.id} type="button" aria-pressed={one.id === view?.id} onClick={() => state.open(one.id)}>
            <span data-value={one.builtIn ? undefined : true}>{one.builtIn ? t(`view-${one.id}`) : one.name}</span>
            {one.shared && !one.builtIn && <Icon name="person" size={13} />}
          </button>
        ))}
      </div>
      {maySave && !isChanged && (
        <button type="button" className={classes.more} aria-label={t("viewSaveAs")} title={t("viewSaveAs")} onClick={() => setAsked(true)}>
          <Icon name="plus" size={15} />
        </button>
      )}
      {maySave && isChanged && (
        <>
          {mayChange && (
            <Button size="compact-sm" variant="light" loading={saving.isPending} onClick={() => saving.mutate(view.id)}>
              {t("viewSave")}
            </Button>
          )}
          <Button size="compact-sm" variant="subtle" onClick={() => setAsked(true)}>
            {t("viewSaveAs")}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => state.open(view?.id ?? "all")}>
            {t("viewReset")}
          </Button>
        </>
      )}
      {mayChange && (
        <Menu position="bottom-start" shadow="md">
          <Menu.Target>
            <button type="button" className={classes.more} aria-label={t("viewMenu", { name: view.name })}>
              <Icon name="more" size={16} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Icon name="bin" size={15} />} onClick={() => removal.mutate(view.id)}>
              {t("viewDelete")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {asked && <NewView objectType={objectType} state={state} close={() => setAsked(false)} refresh={refresh} />}
    </div>
  );
}

function NewView({ objectType, state, close, refresh }: { objectType: string; state: TableState; close: () => void; refresh: () => Promise<void> }) {
  const t = useT("table");
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const view = { name: name.trim(), shared, definition: state.shown };
  const creation = useMutation({
    meta: { quiet: true },
    mutationFn: () => createView(objectType, view),
    onSuccess: async (made) => {
      await refresh();
      state.open(made.id);
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={t("viewSaveAs")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          creation.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            data-autofocus
            required
            withAsterisk={false}
            label={t("viewName")}
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox label={t("viewShared")} checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
          {creation.error !== null && (
            <Text c="var(--danger)" size="sm" role="alert" data-value>
              {creation.error.message}
            </Text>
          )}
          {/* a token is nobody, so that what it saves is for all */}
          <Curl line={curlOf(`/spokedesk/v1/views/${objectType}`, { body: { ...view, name: view.name || t("viewExample"), shared: true } })} />
          <Button type="submit" loading={creation.isPending}>
            {t("common:save")}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
