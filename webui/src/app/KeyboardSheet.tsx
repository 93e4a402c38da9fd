import { Kbd, Modal } from "@mantine/core";
import { useT } from "../i18n";
import classes from "./KeyboardSheet.module.css";
import { useShortcutsInForce } from "./shortcuts";

const SIGNS: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

/** The keys that work on this page. */
export default function KeyboardSheet({ close }: { close: () => void }) {
  const t = useT("common");
  const shortcuts = useShortcutsInForce();
  const sections = [...new Set(shortcuts.map((one) => one.section))];
  return (
    <Modal opened onClose={close} title={t("keySheet")} size="lg" closeButtonProps={{ "aria-label": t("close") }}>
      <div className={classes.sheet}>
        {sections.map((section) => (
          <section key={section}>
            <h3>{t(section)}</h3>
            <dl>
              {shortcuts
                .filter((one) => one.section === section)
                .map((one) => (
                  <div key={one.keys}>
                    <dt>{t(one.label)}</dt>
                    <dd>
                      {one.keys.split(/[ +]/).map((key, index) => (
                        <Kbd key={index} data-value>
                          {SIGNS[key] ?? key}
                        </Kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
