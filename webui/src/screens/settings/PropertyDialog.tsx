import { Group, NativeSelect, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { createProperty, updateProperty } from "../../api/propertyEdits";
import type { Property, PropertyGroup } from "../../api/schema";
import { useT } from "../../i18n";
import { FormDialog, type About } from "./FormDialog";
import { InternalName } from "./InternalName";
import { nameFrom } from "./names";
import { OptionList, optionsOf, type Option } from "./OptionList";
import { canBeUnique, FORMS, formOf, hasOptions, OUTPUTS, type Form, type Output } from "./propertyForms";
import classes from "./Settings.module.css";
import { UsedBy } from "./UsedBy";

interface Props {
  objectType: string;
  groups: PropertyGroup[];
  /** One that is there; a new one otherwise. */
  property?: Property;
  close: () => void;
  changed: () => void;
}

export default function PropertyDialog({ objectType, groups, property, close, changed }: Props) {
  const t = useT("settings");
  const [label, setLabel] = useState(property?.label ?? "");
  const [name, setName] = useState<string>();
  const [description, setDescription] = useState(property?.description ?? "");
  const [groupName, setGroup] = useState(property?.groupName ?? groups[0]?.name ?? "");
  const [form, setForm] = useState<Form>("text");
  const [unique, setUnique] = useState(false);
  const [output, setOutput] = useState<Output>("number");
  const [formula, setFormula] = useState(property?.calculationFormula ?? "");
  const [options, setOptions] = useState<Option[]>(() => (property ? property.options.map((one, key) => ({ ...one, key })) : []));
  const rules = property?.modificationMetadata;
  const fixed = rules?.readOnlyDefinition ?? false;
  const fixedOptions = fixed || (rules?.readOnlyOptions ?? false);
  const shownForm = property ? formOf(property) : form;
  const isFormula = shownForm === "formula";
  const listed = property ? property.type === "enumeration" : hasOptions(form) || (isFormula && output === "enumeration");
  const act = () => {
    const shared = { label, description, groupName, ...(isFormula ? { calculationFormula: formula } : {}) };
    const list = listed && !fixedOptions ? { options: optionsOf(options) } : {};
    if (property) return updateProperty(objectType, property.name, { ...(fixed ? {} : shared), ...list });
    const [given, fieldType] = FORMS[form];
    const type = isFormula ? output : given;
    const isUnique = unique && canBeUnique(form) ? { hasUniqueValue: true } : {};
    return createProperty(objectType, { ...shared, ...list, ...isUnique, name: name ?? nameFrom(label), type, fieldType });
  };
  return (
    <FormDialog
      title={property ? t("editTitle", { name: property.label }) : t("newProperty")}
      verb={property ? t("common:save") : t("create")}
      size="lg"
      act={act}
      close={close}
      done={changed}
    >
      {(about) => (
        <>
          {fixed && <p className={classes.subtle}>{t("fixedDefinition")}</p>}
          <TextInput
            data-autofocus
            label={t("label")}
            disabled={fixed}
            value={label}
            error={about("label")}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          {property ? (
            <TextInput label={t("internalName")} readOnly value={property.name} />
          ) : (
            <InternalName label={label} value={name} change={setName} about={about} />
          )}
          <Group grow align="start">
            {property ? (
              <TextInput label={t("type")} readOnly value={shownForm ? t(`form-${shownForm}`) : property.fieldType} />
            ) : (
              <NativeSelect
                label={t("type")}
                value={form}
                data={Object.keys(FORMS).map((value) => ({ value, label: t(`form-${value}`) }))}
                onChange={(event) => setForm(event.currentTarget.value as Form)}
              />
            )}
            <NativeSelect
              label={t("group")}
              disabled={fixed}
              value={groupName}
              error={about("groupName")}
              data={groups.map((one) => ({ value: one.name, label: one.label }))}
              onChange={(event) => setGroup(event.currentTarget.value)}
              data-value
            />
          </Group>
          {isFormula && !property && (
            <NativeSelect
              label={t("formulaOutput")}
              value={output}
              data={Object.entries(OUTPUTS).map(([value, called]) => ({ value, label: t(`form-${called}`) }))}
              onChange={(event) => setOutput(event.currentTarget.value as Output)}
            />
          )}
          {isFormula && (
            <Textarea
              label={t("formula")}
              description={t("formulaText")}
              classNames={{ input: classes.code! }}
              autosize
              minRows={2}
              maxRows={10}
              spellCheck={false}
              disabled={fixed}
              value={formula}
              error={formulaProblem(about, property?.name ?? name ?? nameFrom(label), formula)}
              onChange={(event) => setFormula(event.currentTarget.value)}
            />
          )}
          <Textarea
            label={t("description")}
            autosize
            minRows={2}
            maxRows={6}
            disabled={fixed}
            value={description}
            error={about("description")}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {property === undefined && canBeUnique(form) && (
            <Switch label={t("uniqueText")} checked={unique} onChange={(event) => setUnique(event.currentTarget.checked)} />
          )}
          {property && <UsedBy objectType={objectType} name={property.name} />}
          {listed && <OptionList options={options} change={setOptions} fixed={fixedOptions} />}
        </>
      )}
    </FormDialog>
  );
}

/** The server names the property whose formula is wrong, or the one in the formula that it does not know. */
const formulaProblem = (about: About, name: string, formula: string) =>
  [name, ...(formula.match(/[a-z]\w*/g) ?? [])].map(about).find((one) => one !== undefined);
