CREATE TABLE `crew_member` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`name` text NOT NULL,
	`rank` text NOT NULL,
	`on_board` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `equipment` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`location` text NOT NULL,
	`maker` text NOT NULL,
	`model` text NOT NULL,
	`serial_number` text NOT NULL,
	`criticality` text NOT NULL,
	`running_hours` real
);
--> statement-breakpoint
CREATE INDEX `equipment_code` ON `equipment` (`code`,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE TABLE `node_settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sync_awaited` (
	`entity` text NOT NULL,
	`record_id` text NOT NULL,
	`state` text NOT NULL,
	PRIMARY KEY(`record_id`, `entity`)
);
--> statement-breakpoint
CREATE TABLE `sync_base` (
	`record_id` text NOT NULL,
	`entity` text NOT NULL,
	`base` text NOT NULL,
	PRIMARY KEY(`record_id`, `entity`)
);
--> statement-breakpoint
CREATE TABLE `sync_base_heads` (
	`origin` text PRIMARY KEY NOT NULL,
	`number` integer NOT NULL,
	`hash` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sync_conflicts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`entity` text NOT NULL,
	`record_id` text NOT NULL,
	`field` text NOT NULL,
	`base` text,
	`heads` text NOT NULL,
	`opened_at` integer NOT NULL,
	`settled_at` integer,
	`settlement` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sync_conflicts_open` ON `sync_conflicts` (`record_id`,`field`) WHERE settled_at IS NULL;--> statement-breakpoint
CREATE INDEX `sync_conflicts_settled` ON `sync_conflicts` (`id`) WHERE settled_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `sync_digests` (
	`record_id` text NOT NULL,
	`entity` text NOT NULL,
	`digest` blob NOT NULL,
	`stale` integer DEFAULT false NOT NULL,
	PRIMARY KEY(`record_id`, `entity`)
);
--> statement-breakpoint
CREATE INDEX `sync_digests_stale` ON `sync_digests` (`stale`) WHERE stale;--> statement-breakpoint
CREATE TABLE `sync_heads` (
	`origin` text PRIMARY KEY NOT NULL,
	`held` text NOT NULL,
	`hash` blob NOT NULL,
	`acknowledged` text,
	`acknowledged_hash` blob
);
--> statement-breakpoint
CREATE TABLE `sync_journal` (
	`entry` integer PRIMARY KEY NOT NULL,
	`origin` text NOT NULL,
	`number` integer NOT NULL,
	`time` integer NOT NULL,
	`at` integer NOT NULL,
	`seen` text NOT NULL,
	`entity` text NOT NULL,
	`record_id` text NOT NULL,
	`operation` text NOT NULL,
	`fields` text NOT NULL,
	`before` text,
	`actor_id` text,
	`actor_name` text NOT NULL,
	`device` text NOT NULL,
	`lane` text NOT NULL,
	`version` integer NOT NULL,
	`hash` blob,
	`claimed` blob,
	`applied` text DEFAULT 'applied' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sync_journal_lane` ON `sync_journal` (`lane`) WHERE lane <> 'normal';--> statement-breakpoint
CREATE TABLE `sync_journal_record` (
	`entry` integer PRIMARY KEY NOT NULL,
	`record_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sync_journal_record_id` ON `sync_journal_record` (`record_id`);--> statement-breakpoint
CREATE TABLE `sync_origins` (
	`slot` integer PRIMARY KEY NOT NULL,
	`origin` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sync_origins_origin_unique` ON `sync_origins` (`origin`);--> statement-breakpoint
CREATE TABLE `sync_problems` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`code` text NOT NULL,
	`message` text NOT NULL,
	`entity` text,
	`record_id` text,
	`number` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sync_problems_number_unique` ON `sync_problems` (`number`);--> statement-breakpoint
CREATE TABLE `sync_promoted` (
	`number` integer PRIMARY KEY NOT NULL,
	`lane` text NOT NULL,
	`sent_at` integer
);
--> statement-breakpoint
CREATE TABLE `sync_sent` (
	`lane` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`lane`, `number`)
);
--> statement-breakpoint
CREATE TABLE `work_order` (
	`id` text PRIMARY KEY NOT NULL,
	`deleted` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`versions` text DEFAULT '' NOT NULL,
	`number` text NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`equipment_id` text,
	`type` text NOT NULL,
	`priority` text NOT NULL,
	`status` text NOT NULL,
	`due_date` text,
	`assignee_id` text,
	`estimated_hours` real,
	`actual_hours` real,
	`notes` text NOT NULL,
	`completed_at` text,
	`completed_by` text,
	`created_at` text NOT NULL,
	`created_by` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `work_order_number` ON `work_order` (`number`,`id`,`deleted`);--> statement-breakpoint
CREATE INDEX `work_order_title` ON `work_order` (`title`,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `work_order_due` ON `work_order` (CASE WHEN due_date IS NULL THEN '9999' ELSE due_date END,`id`,`status`,`priority`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `work_order_priority` ON `work_order` (CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 WHEN 'low' THEN 3 END,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `work_order_status` ON `work_order` (CASE status WHEN 'open' THEN 0 WHEN 'in_progress' THEN 1 WHEN 'on_hold' THEN 2 WHEN 'completed' THEN 3 WHEN 'cancelled' THEN 4 END,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `work_order_updated` ON `work_order` (`updated_at`,`id`) WHERE deleted = 0;--> statement-breakpoint
CREATE INDEX `work_order_equipment` ON `work_order` (`equipment_id`,`status`) WHERE deleted = 0;--> statement-breakpoint
CREATE VIEW `sync_outbox` AS WITH
own AS (
  SELECT o.slot * 1099511627776 AS base, coalesce(h.acknowledged, '0') AS held
  FROM node_settings AS s JOIN sync_origins AS o ON o.origin = s.value LEFT JOIN sync_heads AS h ON h.origin = o.origin
  WHERE s.name = 'origin'),
held AS (
  SELECT base, 0 AS first, coalesce(json_extract(held, '$[0]'), json_extract(held, '$')) AS last FROM own
  UNION ALL SELECT base, json_extract(r.value, '$[0]'), json_extract(r.value, '$[1]')
  FROM own CROSS JOIN json_each(own.held) AS r WHERE r.type = 'array'),
missing AS (
  SELECT base, last + 1 AS first, coalesce(lead(first) OVER (ORDER BY first), 1099511627776) - 1 AS last FROM held)
SELECT j.number, iif(p.number IS NULL, j.lane, 'urgent') AS lane, j.entity, j.record_id, j.at,
  iif(p.number IS NULL,
    (SELECT m.at FROM sync_sent AS m WHERE m.lane = j.lane AND m.number >= j.number ORDER BY m.number LIMIT 1),
    p.sent_at) AS sent_at
FROM missing AS w CROSS JOIN sync_journal AS j ON j.entry BETWEEN w.base + w.first AND w.base + w.last
LEFT JOIN sync_promoted AS p ON p.number = j.number;