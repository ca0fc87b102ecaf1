import { type ReactNode, useEffect } from 'react';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { useStore } from 'zustand';
import { priorities, workOrderTypes } from '#shared/domain/work-order.ts';
import type { OrderFormValues } from '../features/work-orders/order-form-values.ts';
import { priorityIcons, priorityWords, typeWords } from '../features/work-orders/words.tsx';
import { ComboField } from '../ui/combo-field.tsx';
import { DateField } from '../ui/date-field.tsx';
import { Field, TextArea, TextInput } from '../ui/field.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { useOffice } from './office.ts';
import { useEquipmentFinder } from './use-equipment-finder.ts';

/** The fields of an order, for raising and for changing one. `below` may put something under a field. */
export function OrderFields<Output>(props: {
  /** The ship whose equipment and crew can be chosen. */
  vesselId: string;
  form: UseFormReturn<OrderFormValues, unknown, Output>;
  isNew: boolean;
  below?: (field: string) => ReactNode;
}): ReactNode {
  const { vesselId, form, isNew, below = () => null } = props;
  const { fleet, clock, time } = useOffice();
  const crew = useStore(fleet.store, (state) => state.crew.get(vesselId));
  const { control, register } = form;
  const { errors } = form.formState;
  useEffect(() => fleet.needCrew(vesselId), [fleet, vesselId]);

  const findEquipment = useEquipmentFinder(vesselId);
  const hours = (name: 'estimatedHours' | 'actualHours', label: string): ReactNode => (
    <Field label={label} error={errors[name]?.message} below={below(name)}>
      {(ids) => (
        <TextInput {...ids} {...register(name)} className="tabular" inputMode="decimal" placeholder="Hours" />
      )}
    </Field>
  );
  return (
    <>
      <Field label="Title" wide error={errors.title?.message} below={below('title')}>
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
            find={findEquipment}
            onChange={onChange}
            below={below('equipmentId')}
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
            choices={workOrderTypes.map((type) => ({ value: type, label: typeWords[type] }))}
            onChange={onChange}
            below={below('type')}
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
              label: priorityWords[priority],
              icon: priorityIcons[priority],
            }))}
            onChange={onChange}
            below={below('priority')}
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
            today={time.day(clock.now())}
            onChange={onChange}
            error={errors.dueDate?.message}
            below={below('dueDate')}
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
              ...(crew ?? []).map(({ id, name, rank }) => ({ value: id, label: `${name}, ${rank}` })),
            ]}
            onChange={onChange}
            below={below('assigneeId')}
          />
        )}
      />
      {hours('estimatedHours', 'Estimated hours')}
      {isNew ? null : hours('actualHours', 'Actual hours')}
      <Field label="Description" wide error={errors.description?.message} below={below('description')}>
        {(ids) => <TextArea {...ids} {...register('description')} rows={5} />}
      </Field>
      {isNew ? null : (
        <Field label="Notes" wide error={errors.notes?.message} below={below('notes')}>
          {(ids) => <TextArea {...ids} {...register('notes')} rows={3} />}
        </Field>
      )}
    </>
  );
}
