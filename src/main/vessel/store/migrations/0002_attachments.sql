CREATE TABLE `attachment` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`work_order_id` text NOT NULL,
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
CREATE INDEX `attachment_order` ON `attachment` (`work_order_id`,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `attachment_content` ON `attachment` (`sha256`);--> statement-breakpoint
CREATE INDEX `attachment_thumbnail` ON `attachment` (`thumbnail_sha256`);--> statement-breakpoint
CREATE TABLE `content` (
	`sha256` text PRIMARY KEY NOT NULL,
	`size` integer NOT NULL,
	`held` text NOT NULL,
	`complete` integer DEFAULT false NOT NULL,
	`ashore` text NOT NULL,
	`is_ashore` integer DEFAULT false NOT NULL,
	`refused` text,
	`wanted` integer DEFAULT false NOT NULL,
	`touched_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `content_not_ashore` ON `content` (`sha256`) WHERE complete = 1 AND is_ashore = 0 AND refused IS NULL;