/** As much of JSON Schema 2020-12 as the HTTP document uses: does a value fit, and what would fit. */

export interface Schema {
  readonly [keyword: string]: unknown
}

/** The document, for references into it. */
export interface Root {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

type Members = { readonly [name: string]: unknown }

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?Z)?$/

export function deref(root: Root, schema: Schema): Schema {
  if (typeof schema.$ref !== 'string') return schema
  const name = schema.$ref.replace('#/components/schemas/', '')
  const found = root.components.schemas[name]
  if (found === undefined) throw new Error(`${schema.$ref} is not there`)
  const { $ref: _ref, properties, ...beside } = schema
  const both = { ...(found.properties as Members), ...(properties as Members | undefined) }
  return { ...found, ...beside, ...(found.properties === undefined ? {} : { properties: both }) }
}

/** Where and why it does not fit, or undefined. `closed` = levels at which a member that is not named is a misfit. */
export function misfit(root: Root, given: Schema | boolean, value: unknown, closed = 0): string | undefined {
  if (typeof given === 'boolean') return given ? undefined : 'is not allowed'
  const schema = deref(root, given)
  return (
    typeMisfit(schema, value) ??
    scalarMisfit(schema, value) ??
    arrayMisfit(root, schema, value, closed) ??
    objectMisfit(root, schema, value, closed) ??
    choiceMisfit(root, schema, value)
  )
}

function typeMisfit({ type, enum: values, ...schema }: Schema, value: unknown): string | undefined {
  if ('const' in schema && schema.const !== value) return `is not ${JSON.stringify(schema.const)}`
  if (Array.isArray(values) && !values.includes(value)) return `is none of ${JSON.stringify(values)}`
  if (type === undefined) return undefined
  const types = Array.isArray(type) ? type : [type]
  return types.some((each) => isOf(each, value)) ? undefined : `is no ${types.join(' or ')}`
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function scalarMisfit(schema: Schema, value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (typeof schema.pattern === 'string' && !new RegExp(schema.pattern).test(value))
      return 'has another form'
    if (isTime(schema) && !(TIME.test(value) && !Number.isNaN(Date.parse(value)))) return 'is no time'
    if (value.length < Number(schema.minLength ?? 0)) return 'is too short'
    if (value.length > Number(schema.maxLength ?? Number.POSITIVE_INFINITY)) return 'is too long'
  }
  if (typeof value === 'number') {
    if (value < Number(schema.minimum ?? Number.NEGATIVE_INFINITY)) return 'is too small'
    if (value <= Number(schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY)) return 'is too small'
    if (value > Number(schema.maximum ?? Number.POSITIVE_INFINITY)) return 'is too large'
  }
  return undefined
}

/** A date alone is one too where the schema leaves the choice. */
export function isTime({ anyOf, format }: Schema): boolean {
  return format === 'date-time' || (Array.isArray(anyOf) && anyOf.some((each) => each.format === 'date-time'))
}

function arrayMisfit(root: Root, schema: Schema, value: unknown, closed: number): string | undefined {
  if (!Array.isArray(value)) return undefined
  if (value.length < Number(schema.minItems ?? 0)) return 'has too few'
  if (value.length > Number(schema.maxItems ?? Number.POSITIVE_INFINITY)) return 'has too many'
  if (schema.items === undefined) return undefined
  return first(value.entries(), ([index, item]) =>
    at(String(index), misfit(root, schema.items as Schema, item, closed)),
  )
}

function objectMisfit(root: Root, schema: Schema, value: unknown, closed: number): string | undefined {
  if (!isObject(value)) return undefined
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>
  const missing = ((schema.required ?? []) as readonly string[]).find((name) => !Object.hasOwn(value, name))
  if (missing !== undefined) return `lacks ${missing}`
  const others = schema.additionalProperties as Schema | boolean | undefined
  return first(Object.entries(value), ([name, member]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (known !== undefined) return at(name, misfit(root, known, member, closed - 1))
    if (others !== undefined) return at(name, misfit(root, others, member))
    return closed > 0 && schema.properties !== undefined ? `holds ${name}, which nothing tells of` : undefined
  })
}

function choiceMisfit(root: Root, schema: Schema, value: unknown): string | undefined {
  const fits = (each: Schema): boolean => misfit(root, each, value) === undefined
  const list = (name: string) => schema[name] as readonly Schema[] | undefined
  if (list('anyOf')?.some(fits) === false) return 'fits no choice'
  const one = list('oneOf')?.filter(fits).length
  if (one !== undefined && one !== 1) return `fits ${one} choices where one is wanted`
  const all = list('allOf')?.find((each) => !fits(each))
  if (all !== undefined) return 'breaks a condition'
  if (schema.if === undefined) return undefined
  const branch = (fits(schema.if as Schema) ? schema.then : schema.else) as Schema | undefined
  return branch === undefined ? undefined : misfit(root, branch, value)
}

function first<Item>(items: Iterable<Item>, find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

function at(name: string, found: string | undefined): string | undefined {
  return found === undefined ? undefined : `/${name} ${found}`.replace(/ \//, '/')
}
