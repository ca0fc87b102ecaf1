import type { ReactNode } from 'react';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { priorities, workOrderTypes } from '#shared/records/work-order.ts';
import { ComboField } from '../../../ui/combo-field.tsx';
import { DateField } from '../../../ui/date-field.tsx';
import { Field, TextArea, TextInput } from '../../../ui/field.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import type { OrderLabels } from './order-labels.ts';
import type { OrderFormValues } from './order-form-values.ts';
import { priorityIcons, priorityLabels, typeLabels } from '../labels.tsx';

/** The fields of an order, for raising and for changing one. `below` may put something under a field, by the order's name of it. */
export function OrderFields<Output>(props: {
  form: UseFormReturn<OrderFormValues, unknown, Output>;
  /** The crew and the equipment that can be chosen. */
  labels: OrderLabels;
  actualHours: boolean;
  notes: boolean;
  below?: Readonly<Record<string, ReactNode>>;
}): ReactNode {
  const { form, labels, actualHours, notes, below = {} } = props;
  const { crew, today, find } = labels;
  const { control, register } = form;
  const { errors } = form.formState;

  const hours = (name: 'estimatedHours' | 'actualHours', label: string): ReactNode => (
    <Field label={label} error={errors[name]?.message} below={below[name]}>
      {(ids) => (
        <TextInput {...ids} {...register(name)} className="tabular" inputMode="decimal" placeholder="Hours" />
      )}
    </Field>
  );
  return (
    <>
      <Field label="Title" wide error={errors.title?.message} below={below['title']}>
        {(ids) => (
          <TextInput
            {...ids}
            {...register('title')}
            placeholder="What has to be done"
            // A person who asks for the form wants to type into it.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        )}
      </Field>
      <Controller
        control={control}
        name="equipment"
        render={({ field: { value, onChange } }) => (
          <ComboField
            label="Equipment"
            wide
            placeholder="None: type a code or name"
            value={value}
            find={(words) => find('equipment', words)}
            onChange={onChange}
            below={below['equipmentId']}
          />
        )}
      />
      <Controller
        control={control}
        name="type"
        render={({ field: { value, onChange } }) => (
          <SelectField
            label="Type"
            value={value}
            choices={workOrderTypes.map((type) => ({ value: type, label: typeLabels[type] }))}
            onChange={onChange}
            below={below['type']}
          />
        )}
      />
      <Controller
        control={control}
        name="priority"
        render={({ field: { value, onChange } }) => (
          <SelectField
            label="Priority"
            value={value}
            choices={priorities.map((priority) => ({
              value: priority,
              label: priorityLabels[priority],
              icon: priorityIcons[priority],
            }))}
            onChange={onChange}
            below={below['priority']}
          />
        )}
      />
      <Controller
        control={control}
        name="dueDate"
        render={({ field: { value, onChange } }) => (
          <DateField
            label="Due"
            value={value}
            today={today()}
            onChange={onChange}
            error={errors.dueDate?.message}
            below={below['dueDate']}
          />
        )}
      />
      <Controller
        control={control}
        name="assigneeId"
        render={({ field: { value, onChange } }) => (
          <SelectField
            label="Assigned to"
            value={value}
            choices={[
              { value: '', label: 'Nobody' },
              ...crew.map(({ id, name, rank }) => ({ value: id, label: `${name}, ${rank}` })),
            ]}
            onChange={onChange}
            below={below['assigneeId']}
          />
        )}
      />
      {hours('estimatedHours', 'Estimated hours')}
      {actualHours ? hours('actualHours', 'Actual hours') : null}
      <Field label="Description" wide error={errors.description?.message} below={below['description']}>
        {(ids) => <TextArea {...ids} {...register('description')} rows={5} />}
      </Field>
      {notes ? (
        <Field label="Notes" wide error={errors.notes?.message} below={below['notes']}>
          {(ids) => <TextArea {...ids} {...register('notes')} rows={3} />}
        </Field>
      ) : null}
    </>
  );
}
