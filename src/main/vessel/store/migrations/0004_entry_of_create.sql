ALTER TABLE `attachment` ADD `entry` integer;--> statement-breakpoint
ALTER TABLE `crew_member` ADD `entry` integer;--> statement-breakpoint
ALTER TABLE `equipment` ADD `entry` integer;--> statement-breakpoint
ALTER TABLE `work_order` ADD `entry` integer;