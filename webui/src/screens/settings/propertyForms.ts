import type { Property } from "../../api/schema";

/** What people choose as one thing is a type and a kind of field on the wire. */
export const FORMS = {
  text: ["string", "text"],
  textarea: ["string", "textarea"],
  html: ["string", "html"],
  number: ["number", "number"],
  select: ["enumeration", "select"],
  radio: ["enumeration", "radio"],
  checkbox: ["enumeration", "checkbox"],
  bool: ["bool", "booleancheckbox"],
  date: ["date", "date"],
  datetime: ["datetime", "date"],
  phone: ["string", "phonenumber"],
  file: ["string", "file"],
  formula: ["number", "calculation_equation"],
} as const;

export type Form = keyof typeof FORMS;

/** What a formula can give, and which form is called the same. */
export const OUTPUTS = { number: "number", string: "text", bool: "bool", enumeration: "select" } as const;
export type Output = keyof typeof OUTPUTS;

export const formOf = ({ type, fieldType }: Pick<Property, "type" | "fieldType">): Form | undefined =>
  fieldType === FORMS.formula[1] ? "formula" : (Object.keys(FORMS) as Form[]).find((form) => FORMS[form][0] === type && FORMS[form][1] === fieldType);

export const hasOptions = (form: Form | undefined) => form !== undefined && FORMS[form][0] === "enumeration";
export const canBeUnique = (form: Form) => ["text", "textarea", "number", "phone"].includes(form);
