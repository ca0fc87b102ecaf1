CREATE TABLE `__new_attachment` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`entry` integer,
	`work_order_id` text,
	`subject_kind` text,
	`subject_id` text,
	`file_name` text NOT NULL,
	`media_type` text NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`width` integer,
	`height` integer,
	`thumbnail_sha256` text,
	`thumbnail_size` integer
);
--> statement-breakpoint
INSERT INTO `__new_attachment`("id", "deleted", "updated_at", "updated_by", "versions", "entry", "work_order_id", "file_name", "media_type", "size", "sha256", "width", "height", "thumbnail_sha256", "thumbnail_size") SELECT "id", "deleted", "updated_at", "updated_by", "versions", "entry", "work_order_id", "file_name", "media_type", "size", "sha256", "width", "height", "thumbnail_sha256", "thumbnail_size" FROM `attachment`;--> statement-breakpoint
DROP TABLE `attachment`;--> statement-breakpoint
ALTER TABLE `__new_attachment` RENAME TO `attachment`;--> statement-breakpoint
CREATE INDEX `attachment_order` ON `attachment` (`work_order_id`,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `attachment_subject` ON `attachment` (`subject_id`,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `attachment_content` ON `attachment` (`sha256`);--> statement-breakpoint
CREATE INDEX `attachment_thumbnail` ON `attachment` (`thumbnail_sha256`);