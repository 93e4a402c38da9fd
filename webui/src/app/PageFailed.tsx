import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useT } from "../i18n";
import { Empty } from "../parts/Empty";

interface Props {
  /** Another page starts anew. */
  place?: string;
  children: ReactNode;
}

/** Shown for a page that broke, or whose code could not be loaded because the server was renewed or is gone. */
export class PageFailed extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(before: Props) {
    if (before.place !== this.props.place && this.state.failed) this.setState({ failed: false });
  }

  override render() {
    return this.state.failed ? <Failure /> : this.props.children;
  }
}

function Failure() {
  const t = useT("common");
  return (
    <Empty icon="warning" title={t("pageFailed")} text={t("pageFailedText")}>
      <Button variant="light" onClick={() => location.reload()}>
        {t("reload")}
      </Button>
    </Empty>
  );
}
