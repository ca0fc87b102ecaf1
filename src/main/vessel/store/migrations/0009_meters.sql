CREATE TABLE `meter` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`entry` integer,
	`equipment_id` text NOT NULL,
	`name` text NOT NULL,
	`unit` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `meter_equipment` ON `meter` (`equipment_id`);--> statement-breakpoint
CREATE TABLE `meter_reading` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`entry` integer,
	`meter_id` text NOT NULL,
	`kind` text NOT NULL,
	`value` real NOT NULL,
	`read_at` text NOT NULL,
	`read_by` text NOT NULL,
	`reason` text NOT NULL,
	`corrects` text,
	`last_value` real
);
--> statement-breakpoint
CREATE INDEX `meter_reading_meter` ON `meter_reading` (`meter_id`,`read_at`,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `meter_reading_special` ON `meter_reading` (`meter_id`) WHERE deleted = 0 AND kind IN ('correction', 'replaced');